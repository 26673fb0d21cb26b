import type { AuditingEvents } from '../../domain/events/auditing.ts';
import type { Texts } from './parts.ts';

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
  AuditActionRefused: ({ data }) => [
    `Refused: ${data.operation}, answered ${data.status} ${data.code}`,
  ],
};
