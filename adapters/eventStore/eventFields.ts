import { z } from 'zod';
import type { ChallengedDevice, EventData, EventMeta, EventType } from '../../domain/events.ts';
import {
  appMode,
  channel,
  count,
  difference,
  flag,
  id,
  ids,
  instant,
  maxListLength,
  method,
  optional,
  resultCode,
  sealed,
  text,
  type Shape,
} from './fields.ts';

const challengedDevice = {
  deviceId: id,
  guid: id,
  tokenHash: id,
  oathCounter: id,
} satisfies Shape<ChallengedDevice>;

const ended = { code: resultCode, userId: optional(id) };
const codeFault = z.enum(['WRONG_CODE', 'CODE_REUSED']);

/**
 * What each event type holds, in the order of domain/events.ts. A type or field that stands there and is
 * missing here (or the other way round) fails to compile, and so does one of another shape.
 */
export const eventFields = {
  AuthenticationRequested: {
    channel,
    application: text,
    callerId: id,
    originKey: id,
    requireUserMatch: flag,
    userId: optional(id),
    username: optional(sealed),
    initiatingIp: optional(sealed),
    reference: optional(text),
  },
  AuthenticationRuleMatched: { rule: id },
  AuthenticationJoined: { leaderId: id },
  AuthenticationChallengeSent: {
    method,
    expiresAt: instant,
    fraudAllowed: flag,
    fraudBlock: flag,
    devices: z.array(z.strictObject(challengedDevice)).max(maxListLength).readonly(),
  },
  AuthenticationCodeSubmitted: {
    accepted: flag,
    reason: optional(codeFault),
    tokenId: optional(id),
    triesLeft: count,
  },
  AuthenticationDeviceAnswered: {
    deviceId: id,
    guid: id,
    answer: z.enum(['approve', 'deny', 'fraud']),
    form: z.literal('plain'),
    appVersion: optional(text),
    osVersion: optional(text),
    address: optional(sealed),
  },
  AuthenticationApproved: ended,
  AuthenticationSkipped: ended,
  AuthenticationDenied: ended,
  AuthenticationExpired: ended,
  AuthenticationFailed: ended,
  AuthenticationCancelled: ended,

  UserAdded: {
    username: sealed,
    usernameKey: id,
    firstName: optional(sealed),
    lastName: optional(sealed),
    email: optional(sealed),
    group: optional(text),
    enabled: flag,
    method,
    appMode,
    objectId: id,
    source: z.enum(['manual', 'import']),
  },
  UserUpdated: {
    firstName: optional(sealed),
    lastName: optional(sealed),
    email: optional(sealed),
    group: optional(text),
  },
  UserMethodChanged: { method, appMode },
  UserPhoneChanged: {
    which: z.enum(['primary', 'backup']),
    masked: text,
    phone: optional(sealed),
  },
  UserEnabled: {},
  UserDisabled: {},
  UserRemoved: { usernameKey: id, openRequests: ids, activationId: optional(id) },
  UserBlocked: {
    blockId: id,
    reason: text,
    until: instant,
    flag: z.enum(['none', 'fraud', 'lockout']),
    fraudReportId: optional(id),
  },
  UserUnlocked: { reason: text },
  UserUnblocked: { blockId: id, reason: text, ended: z.enum(['unblocked', 'expired']) },
  UserChallengeOpened: {
    requestId: id,
    originKey: id,
    method,
    expiresAt: instant,
    at: instant,
  },
  UserChallengeClosed: { requestId: id, code: resultCode, at: instant },
  UserCodeAccepted: {
    requestId: id,
    tokenId: id,
    step: count,
    drift: difference,
    at: instant,
  },
  UserCodeRefused: { requestId: id, reason: codeFault, at: instant },
  DeviceActivationRequested: { activationId: id, expiresAt: instant, replaces: optional(id) },
  DeviceActivated: {
    deviceId: id,
    activationId: id,
    name: sealed,
    tokenHash: id,
    appVersion: text,
    oathSecret: optional(sealed),
    confirmationHash: id,
    confirmBy: instant,
    drift: difference,
    permitHash: optional(id),
    address: optional(sealed),
  },
  DeviceConfirmed: { deviceId: id, activationId: id, address: optional(sealed) },
  DeviceRemoved: {
    deviceId: id,
    reason: z.enum(['removed', 'unconfirmed', 'replaced', 'denied']),
  },
  DeviceTokenChanged: {
    deviceId: id,
    tokenHash: id,
    notificationType: text,
    address: optional(sealed),
  },
  DevicePermitIssued: { deviceId: id, permitHash: id },
  TokenAssigned: { tokenId: id, serial: text, secret: sealed, digits: count, periodSeconds: count },
  TokenDisabled: { tokenId: id },

  UsernameReserved: { userId: id },
  UsernameReleased: { userId: id },

  FraudReported: { userId: id, requestId: id, deviceId: id, blockId: optional(id) },
  FraudReviewed: { verdict: z.enum(['confirmed', 'dismissed']), note: text },

  ActivationIssued: { userId: id, expiresAt: instant, routeHash: id },
  ActivationBegun: { attempt: id, guid: id, tokenHash: id, deviceId: id, answerBy: instant },
  ActivationValidated: {
    attempt: id,
    appVersion: optional(text),
    osVersion: optional(text),
    permitHash: optional(id),
  },
  ActivationAttemptFailed: {
    attempt: id,
    reason: z.enum(['noAnswer', 'refused', 'abandoned']),
  },
  ActivationEnded: { reason: z.enum(['used', 'expired', 'replaced', 'revoked']) },

  DeploymentCreated: { tenantId: id, groupKey: id, companyName: text },
  SettingsChanged: { changes: z.record(id, z.union([text, z.number(), flag])).readonly() },
  ServiceAccountAdded: { accountId: id, name: text, secretHash: text, groups: ids },
  ServiceAccountRemoved: { accountId: id },
  ApiClientAdded: { clientId: id, name: text, secretHash: text, scopes: ids },
  ApiClientRemoved: { clientId: id },

  SystemStarted: { node: text, version: text },
  UnsealedPayloadRefused: { workflowId: id },
} satisfies { [T in EventType]: Shape<EventData[T]> };

const actorKind = z.enum([
  'user',
  'administrator',
  'serviceAccount',
  'apiClient',
  'device',
  'system',
]);

export const metaFields = {
  at: instant,
  actor: z.strictObject({ kind: actorKind, id }),
  channel: optional(channel),
  address: optional(id),
  onBehalfOf: optional(sealed),
  correlationId: optional(id),
  causationId: optional(id),
  workflowId: optional(id),
} satisfies Shape<EventMeta>;

type Fits<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Data<T extends EventType> = z.output<z.ZodObject<(typeof eventFields)[T]>>;
/** Names each `Type.field` whose schema is narrower, wider or more optional than domain/events.ts says. */
type Misfit = {
  [T in EventType]: {
    [K in keyof EventData[T] & string]: K extends keyof Data<T>
      ? Fits<Pick<EventData[T], K>, Pick<Data<T>, K>> extends true
        ? never
        : `${T}.${K}`
      : `${T}.${K}`;
  }[keyof EventData[T] & string];
}[EventType];
type None<T extends never> = T;
export type NoMisfit = None<Misfit>;
