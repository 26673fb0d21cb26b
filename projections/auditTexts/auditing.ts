import type { AuditingEvents } from '../../domain/events/auditing.ts';
import type { Texts } from './parts.ts';

const callerRefusals = {
  credentials: 'wrong sign-in',
  group: 'not in the group of callers',
  address: 'not from where the account may call',
  rate: 'too many calls',
} as const;

export const auditingTexts: Texts<AuditingEvents> = {
  AuditStateMade: ({ data }) => [
    `Everything as of ${data.asOf} (position ${data.position}) was made for reading`,
  ],
  AuditExportStarted: ({ data }) => [
    `Export of the log begun as ${data.format}, positions ${data.after + 1} to ${data.upTo}`,
    data.types.length === 0 ? '' : `, only ${data.types.join(', ')}`,
  ],
  AuditExportFinished: ({ data }) => [
    `Export of the log finished: ${data.events} events in ${data.files.length} files`,
  ],
  AuditTargetDown: ({ data }) => [
    `Export target ${data.targetId} takes nothing since position ${data.position}: ${data.reason}`,
  ],
  AuditTargetUp: ({ data }) => [`Export target ${data.targetId} takes events again`],
  AuditViewsRebuilt: ({ data }) => [
    `All views were made anew up to position ${data.position}; `,
    data.different.length === 0 ? 'all were equal' : `different were ${data.different.join(', ')}`,
  ],
  AuditPeopleSearched: ({ data }) => [
    `People searched by ${data.by.join(', ')}: ${data.found} shown (${data.operation})`,
  ],
  AuditActionRefused: ({ data }) => [
    `Refused: ${data.operation}, answered ${data.status} ${data.code}`,
  ],
  AuditCallerRefused: ({ data }) => [
    `${data.calls} calls over ${data.door} refused: ${callerRefusals[data.reason]}`,
    ...(data.accountId === undefined ? [] : [', ', ['account', data.accountId] as const]),
  ],
  AuditRetentionApplied: ({ data }) => [
    `${data.events} events (${data.family}) of before ${data.before} have expired`,
    data.hold.length === 0 ? '' : `; a legal hold kept those of ${data.hold.length} people`,
  ],
  AuditViewsLagged: ({ data }) => [
    `Lists were ${data.seconds} s behind the log: they showed position ${data.position} of ${data.newest}`,
  ],
};
