import { z } from 'zod';
import {
  maxApproversBranches,
  maxApproversDepth,
  maxAsked,
  type Approvers,
} from '../../../domain/approval/approvers.ts';
import {
  conditionFields,
  maxConditionBranches,
  type Condition,
} from '../../../domain/approval/conditions.ts';
import {
  maxDurationSeconds,
  maxEscalations,
  maxGrantSeconds,
  maxReminders,
  maxStages,
  methodClasses,
  policyFault,
  usualReminders,
} from '../../../domain/approval/policy.ts';
import { id, line } from '../fields.ts';
import * as field from './fields.ts';

const count = z.int().min(1).max(maxAsked);

const approverLeaves = [
  z.strictObject({ kind: z.literal('user'), userId: id }),
  z.strictObject({ kind: z.literal('group'), group: field.group, count: count.exactOptional() }),
  z.strictObject({ kind: z.literal(['roleOwner', 'requestorsManager']) }),
] as const;

/** Trees are written out level by level, so that the description needs no reference into itself. */
const approversTo = (depth: number): z.ZodType<Approvers> => {
  if (depth === 1) return z.union(approverLeaves);
  const of = z
    .array(approversTo(depth - 1))
    .min(1)
    .max(maxApproversBranches);
  const branch = z
    .strictObject({
      kind: z.enum(['all', 'any', 'atLeast']),
      count: count.exactOptional().meta({ description: 'For atLeast: how many parts.' }),
      of,
    })
    .refine((found) => (found.kind === 'atLeast') === (found.count !== undefined), {
      error: 'atLeast takes a count, all and any do not',
    });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the refinement makes it one of the branches
  return z.union([...approverLeaves, branch]) as unknown as z.ZodType<Approvers>;
};

/** Deeper conditions are hardly read right by anybody. */
const conditionDepth = 3;
const conditionField = z.enum(conditionFields);
const value = line(256, 0);
const conditionLeaves = [
  z.strictObject({ kind: z.literal('equals'), field: conditionField, value }),
  z.strictObject({
    kind: z.literal('in'),
    field: conditionField,
    values: z.array(value).max(maxConditionBranches),
  }),
  z.strictObject({ kind: z.literal('same'), field: conditionField, other: conditionField }),
] as const;

const conditionTo = (depth: number): z.ZodType<Condition> => {
  if (depth === 1) return z.union(conditionLeaves);
  const part = conditionTo(depth - 1);
  return z.union([
    ...conditionLeaves,
    z.strictObject({
      kind: z.enum(['all', 'any']),
      of: z.array(part).min(1).max(maxConditionBranches),
    }),
    z.strictObject({ kind: z.literal('not'), of: part }),
  ]);
};

const reminder = z.union([
  z.strictObject({ kind: z.literal('fraction'), of: z.number().min(0.01).max(0.99) }),
  z.strictObject({ kind: z.literal('after'), seconds: z.int().min(1).max(maxDurationSeconds) }),
]);

const week = 7 * 24 * 60 * 60;
const level = {
  approvers: approversTo(maxApproversDepth),
  quorum: z.union([count, z.literal('all')]).default(1),
  durationSeconds: z.int().min(60).max(maxDurationSeconds).default(week),
  reminders: z
    .array(reminder)
    .max(maxReminders)
    .default([...usualReminders]),
};

const stage = z.strictObject({
  ...level,
  rejection: z.enum(['first', 'impossible']).default('first'),
  escalation: z.array(z.strictObject(level)).max(maxEscalations).default([]),
  onTimeout: z
    .enum(['reject', 'expire', 'approve'])
    .default('expire')
    .meta({ description: 'approve is flagged in reports.' }),
});

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');
const availability = z.strictObject({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: timeOfDay,
  to: timeOfDay,
  utcOffsetMinutes: z.int().min(-840).max(840).default(0),
  outside: z.enum(['wait', 'refuse']).default('wait'),
});

const people = z.array(id).max(50).default([]);

/** Who approves what, and how (spec/90 'Policy'), with the defaults of the table there. */
export const approvalPolicy = z
  .strictObject({
    name: line(80),
    requestorVerifies: z.boolean().default(false),
    approvalNeeded: z.boolean().default(true),
    stages: z.array(stage).max(maxStages),
    selfApproval: z.boolean().default(false),
    confirmation: z
      .strictObject({
        required: z.boolean().default(true),
        methodClass: z.enum(methodClasses).default('any'),
      })
      .default({ required: true, methodClass: 'any' }),
    comment: z.enum(['never', 'onRejection', 'always']).default('onRejection'),
    justificationNeeded: z.boolean().default(false),
    skipWhen: conditionTo(conditionDepth).exactOptional(),
    window: availability.exactOptional(),
    maxTtlSeconds: z.int().min(1).max(maxGrantSeconds).default(3600),
    approverMay: z.enum(['nothing', 'shortenTtl']).default('nothing'),
    approversVisible: z.boolean().default(true),
    delegation: z.boolean().default(true),
    acknowledge: z
      .strictObject({
        activation: z.boolean().default(true),
        deactivation: z.boolean().default(true),
      })
      .default({ activation: true, deactivation: true }),
    owners: people,
    roleOwners: z
      .array(z.strictObject({ subjectId: line(256), userIds: z.array(id).min(1).max(50) }))
      .max(200)
      .default([]),
  })
  .superRefine((policy, context) => {
    const fault = policyFault(policy);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
