import packageJson from '../../package.json' with { type: 'json' };
import type { EventView } from '../facade/events.ts';

/** OCSF 1.3.0 (schema.ocsf.io); docs/reference/exports.md has the table. */
const version = '1.3.0';

type Kind = {
  readonly classUid: number;
  readonly className: string;
  readonly categoryUid: number;
  readonly categoryName: string;
};
const authentication: Kind = {
  classUid: 3002,
  className: 'Authentication',
  categoryUid: 3,
  categoryName: 'Identity & Access Management',
};
const accountChange: Kind = { ...authentication, classUid: 3001, className: 'Account Change' };
const apiActivity: Kind = {
  classUid: 6003,
  className: 'API Activity',
  categoryUid: 6,
  categoryName: 'Application Activity',
};

/** What an account change is; everything else of a person is `Other`. */
const accountActivities: Readonly<Record<string, readonly [number, string]>> = {
  'user.added': [1, 'Create'],
  'user.enabled': [2, 'Enable'],
  'user.pinChanged': [3, 'Password Change'],
  'user.registrationReset': [4, 'Password Reset'],
  'user.disabled': [5, 'Disable'],
  'user.removed': [6, 'Delete'],
  'user.erased': [6, 'Delete'],
  'user.blocked': [9, 'Lock'],
  'device.activated': [10, 'MFA Factor Enable'],
  'token.assigned': [10, 'MFA Factor Enable'],
  'device.removed': [11, 'MFA Factor Disable'],
  'token.disabled': [11, 'MFA Factor Disable'],
};
/** Families whose events change what a person is, or signs in with. */
const accountFamilies =
  /^(user|device|token|bypass|cache|questions|recovery|accessPass|delegation)\./;
const endings: Readonly<Record<string, 'Success' | 'Failure'>> = {
  'authentication.approved': 'Success',
  'authentication.skipped': 'Success',
  'authentication.denied': 'Failure',
  'authentication.expired': 'Failure',
  'authentication.failed': 'Failure',
  'authentication.cancelled': 'Failure',
};

const changes: readonly (readonly [RegExp, number, string])[] = [
  [/(added|created|started|set|issued|queued)$/i, 1, 'Create'],
  [/(exported|listed|made)$/i, 2, 'Read'],
  [/(changed|updated|rebuilt)$/i, 3, 'Update'],
  [/(removed|ended|erased)$/i, 4, 'Delete'],
];

const kindOf = (type: string): Kind =>
  type.startsWith('authentication.')
    ? authentication
    : accountFamilies.test(type)
      ? accountChange
      : apiActivity;

const activityOf = (kind: Kind, type: string): readonly [number, string] => {
  if (kind === authentication) return endings[type] === undefined ? [99, 'Other'] : [1, 'Logon'];
  if (kind === accountChange) return accountActivities[type] ?? [99, 'Other'];
  const found = changes.find(([form]) => form.test(type));
  return found ? [found[1], found[2]] : [99, 'Other'];
};

const statusOf = (kind: Kind, { type }: EventView) => {
  if (type === 'audit.actionRefused') return { status_id: 2, status: 'Failure' };
  const ending = endings[type];
  if (kind !== authentication) return { status_id: 1, status: 'Success' };
  if (ending === undefined) return { status_id: 0, status: 'Unknown' };
  return { status_id: ending === 'Success' ? 1 : 2, status: ending };
};

/** Whether an event is bad news, for formats that have a severity. */
export const isFailure = (event: EventView): boolean =>
  statusOf(kindOf(event.type), event).status_id === 2;

const textIn = (data: EventView['data'], field: string): string | undefined => {
  const value = data[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const some = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** One event as an OCSF record. */
export const ocsf = (event: EventView): Readonly<Record<string, unknown>> => {
  const kind = kindOf(event.type);
  const [activityId, activity] = activityOf(kind, event.type);
  const code = textIn(event.data, 'code');
  const application = textIn(event.data, 'application');
  const address = textIn(event.data, 'initiatingIp') ?? event.address;
  const person = some({
    name: event.subject === '' ? undefined : event.subject,
    uid: event.userId,
  });
  const isPerson = Object.keys(person).length > 0;
  const operation =
    kind === apiActivity
      ? { api: { operation: event.type, service: { name: 'Countersign' } } }
      : {};
  return {
    class_uid: kind.classUid,
    class_name: kind.className,
    category_uid: kind.categoryUid,
    category_name: kind.categoryName,
    activity_id: activityId,
    activity_name: activity,
    type_uid: kind.classUid * 100 + activityId,
    type_name: `${kind.className}: ${activity}`,
    time: Date.parse(event.at),
    ...(isFailure(event)
      ? { severity_id: 3, severity: 'Medium' }
      : { severity_id: 1, severity: 'Informational' }),
    ...statusOf(kind, event),
    ...(code === undefined ? {} : { status_code: code }),
    message: event.summary,
    metadata: some({
      version,
      product: { name: 'Countersign', vendor_name: 'Countersign', version: packageJson.version },
      uid: event.eventId,
      sequence: event.position,
      event_code: event.type,
      original_time: event.at,
      logged_time: Date.parse(event.recordedAt),
      correlation_uid: event.correlationId,
    }),
    actor: { user: { name: event.actor, uid: event.actorId, type: event.actorKind } },
    ...(isPerson || kind !== apiActivity ? { user: isPerson ? person : { name: 'unknown' } } : {}),
    src_endpoint: address === '' ? { name: 'unknown' } : { ip: address },
    ...operation,
    ...(kind === authentication
      ? some({
          is_mfa: true,
          service: application === undefined ? { name: 'Countersign' } : { name: application },
          session: event.requestId === '' ? undefined : { uid: event.requestId },
        })
      : {}),
    unmapped: { channel: event.channel, stream: event.stream, data: event.data },
  };
};
