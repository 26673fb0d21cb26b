import type { DeviceAnswer } from '../../../domain/events.ts';
import type { NumberMatch } from '../../../domain/events/attempts.ts';
import type { Channel, Method, SmsDirection, StandardOrPin } from '../../../domain/methods.ts';
import type { ResultCode, TerminalState } from '../../../domain/results.ts';
import type { Sealed } from '../../../domain/sealed.ts';
import type { Flag } from './flag.ts';

export type RequestRow = {
  requestId: string;
  /** Log position of the request: lists are ordered and paged by it. */
  position: number;
  at: string;
  endedAt: string | null;
  userId: string | null;
  /** Keyed hash of the name as typed, for people who are not in the list. */
  nameKey: string | null;
  usernameSealed: Sealed | null;
  initiatingIpSealed: Sealed | null;
  application: string;
  channel: Channel;
  callerId: string;
  reference: string | null;
  method: Method | null;
  state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | TerminalState;
  code: ResultCode | null;
  rule: string | null;
  leaderId: string | null;
  expiresAt: string | null;
  fraudAllowed: Flag;
  fraudBlock: Flag;
  mode: StandardOrPin | null;
  direction: SmsDirection | null;
  numberMatch: NumberMatch | null;
  /** PINs that a push may still be answered with. */
  pinTries: number;
  pinChange: Flag;
  /** Masked number that is called or texted. */
  phone: string;
  approvalId: string | null;
  /** JSON of title, details and location, sealed with the person's key. */
  contextSealed: Sealed | null;
  /** JSON: `{ deviceId, answer? }[]`. */
  devices: string;
};

/** One push to one device. Whether it is still open is told by its request or activation. */
export type ChallengeRow = {
  guid: string;
  position: number;
  kind: 'auth' | 'validate';
  requestId: string | null;
  activationId: string | null;
  deviceId: string;
  tokenHash: string;
  oathCounter: string;
  sentAt: string;
  expiresAt: string;
  answeredAt: string | null;
  answer: DeviceAnswer | null;
};

export type FraudReportRow = {
  requestId: string;
  userId: string;
  deviceId: string;
  blockId: string | null;
  at: string;
  verdict: 'confirmed' | 'dismissed' | null;
  note: string | null;
  reviewedAt: string | null;
};
