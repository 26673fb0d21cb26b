import { z } from 'zod';
import { behaviourSchema } from './behaviour.ts';

const protocols = ['twilio', 'gateway'] as const;
export type Protocol = (typeof protocols)[number];

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heard'), text: z.string(), language: z.string() }),
  z.object({ kind: z.literal('played'), url: z.string() }),
  z.object({ kind: z.literal('typed'), keys: z.string() }),
  z.object({ kind: z.literal('silence') }),
  /** The caller's side could not be asked what comes next. */
  z.object({ kind: z.literal('fault'), text: z.string() }),
]);
/** One thing that happened in a call. */
export type CallLine = z.infer<typeof lineSchema>;

export const callStatuses = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;
export type CallStatus = (typeof callStatuses)[number];

const live: ReadonlySet<CallStatus> = new Set(['queued', 'ringing', 'in-progress']);
export const isLive = ({ status }: { readonly status: CallStatus }): boolean => live.has(status);

const contact = {
  sid: z.string(),
  /** The caller's own name for it; gateway protocol only. */
  reference: z.string().optional(),
  protocol: z.enum(protocols),
  to: z.string(),
  from: z.string(),
  /** ISO 8601. */
  at: z.string(),
};

export const callSchema = z.object({
  ...contact,
  status: z.enum(callStatuses),
  answeredBy: z.enum(['person', 'machine']).optional(),
  endedAt: z.string().optional(),
  /** Keys dialled after the answer. */
  extension: z.string(),
  voiceUrl: z.string(),
  statusUrl: z.string().optional(),
  lines: z.array(lineSchema),
});
export type CallRecord = z.infer<typeof callSchema>;

export const textSchema = z.object({
  ...contact,
  body: z.string(),
  direction: z.enum(['in', 'out']),
});
/** A text message; `out` is to a phone, `in` from a phone to us. */
export type TextRecord = z.infer<typeof textSchema>;

/** Where texts to one of the callers' own numbers are posted. */
export const ownNumberSchema = z.strictObject({
  textsUrl: z.url().max(2_048),
  protocol: z.enum(protocols).default('twilio'),
});
export type OwnNumber = z.infer<typeof ownNumberSchema>;

export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), call: callSchema }),
  z.object({ kind: z.literal('text'), text: textSchema }),
  z.object({ kind: z.literal('phone'), number: z.string(), behaviour: behaviourSchema }),
  z.object({ kind: z.literal('own'), number: z.string(), own: ownNumberSchema }),
]);
/** A record as it is from now on. */
export type Change = z.infer<typeof changeSchema>;
