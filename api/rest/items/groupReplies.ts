import { z } from 'zod';
import { isReplyFault, readReply, replyNames, rowReplies } from '../../radius/replyAttributes.ts';
import { octetsOf } from '../../radius/packet.ts';
import { line } from '../fields.ts';

const maxRows = 100;
const maxAttributes = 20;
/** Room for what an accept says anyway: proofs, keys, a Class of ours. */
const maxOctets = 2_000;
const maxVendor = 0xffffff;

const attribute = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .exactOptional()
      .meta({ description: `A standard attribute: ${replyNames.join(', ')}.` }),
    tag: z.int().min(1).max(31).exactOptional(),
    vendor: z.int().min(1).max(maxVendor).exactOptional().meta({
      description: 'A vendor by its IANA enterprise number, with type, in place of name.',
    }),
    type: z.int().min(1).max(255).exactOptional(),
    format: z.enum(['text', 'integer', 'address', 'hex']).exactOptional(),
    value: line(506),
  })
  .superRefine((given, context) => {
    const read = readReply(given);
    if (isReplyFault(read))
      context.addIssue({ code: 'custom', path: [read.field], message: read.fault });
  });

const row = z.strictObject({
  group: line(1_000).meta({
    description: 'A group of the list of people, or one of the directory by its DN or common name.',
  }),
  attributes: z
    .array(attribute)
    .min(1)
    .max(maxAttributes)
    .refine(
      (list) => octetsOf(rowReplies(list)) <= maxOctets,
      `must be ${maxOctets} octets at most`,
    ),
});

/** Group → reply attributes (spec/40 'Target'). */
export const groupReplies = z.array(row).max(maxRows);
