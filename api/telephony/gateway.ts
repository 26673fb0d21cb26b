import { z } from 'zod';
import type { CallEvent } from '../../domain/voice.ts';
import type { Turn } from './call.ts';
import { telephonyFrontLimits } from './limits.ts';
import type { Spoken } from './spoken.ts';

/* The generic gateway's callbacks, docs/how-to/phone.md. */

const callId = z.string().min(1).max(128);

export const gatewayVoice = z.strictObject({
  callId,
  event: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('answered'),
      by: z.enum(['person', 'machine', 'unknown']),
    }),
    z.strictObject({ kind: z.literal('keys'), digits: z.string().regex(/^[0-9*#]{1,64}$/) }),
    z.strictObject({ kind: z.literal('silence') }),
  ]),
});

export const gatewayStatus = z.strictObject({
  callId,
  status: z.enum(['completed', 'busy', 'no-answer', 'failed', 'voicemail', 'canceled']),
});

export const gatewayText = z.strictObject({
  messageId: callId,
  from: z.string().min(1).max(32),
  to: z.string().max(32).optional(),
  body: z.string().max(telephonyFrontLimits.textLength),
});

type Status = z.infer<typeof gatewayStatus>['status'];
type EndReason = Extract<CallEvent, { kind: 'ended' }>['reason'];

export const gatewayReasons: Readonly<Record<Status, EndReason>> = {
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'noAnswer',
  failed: 'failed',
  voicemail: 'voicemail',
  canceled: 'cancelled',
};

/** Instructions for a call, with where the next event is posted. */
export const gatewayScript = ({ script, nextUrl }: Turn, lines: readonly Spoken[]) => ({
  lines: lines.map((line) =>
    line.kind === 'play' ? { play: line.url } : { say: line.text, language: line.language },
  ),
  next: script.next.kind === 'hangUp' ? script.next : { ...script.next, url: nextUrl },
});
