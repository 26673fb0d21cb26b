import type { World } from './world.ts';

/** What auditors do, and what was refused. */
export const audit = ({ log, random }: World): void => {
  const exportId = random.id();
  const position = random.below(500);
  random.pick([
    () =>
      log.add('audit', 'AuditStateMade', { position, asOf: new Date(log.nowMs()).toISOString() }),
    () => log.add('audit', 'AuditViewsRebuilt', { position, different: ['users'] }),
    () => {
      log.add('audit', 'AuditExportStarted', {
        exportId,
        format: random.pick(['ndjson', 'csv', 'ocsf', 'cef']),
        types: random.chance(0.5) ? ['user.*'] : [],
        after: 0,
        upTo: position,
      });
      log.add('audit', 'AuditExportFinished', {
        exportId,
        events: position,
        files: [{ name: 'events-0001.ndjson', sha256: '0'.repeat(64), events: position }],
      });
    },
    () => {
      log.add('audit', 'AuditTargetDown', { targetId: 'siem', reason: 'ECONNREFUSED', position });
      log.add('audit', 'AuditTargetUp', { targetId: 'siem', position });
    },
    () =>
      log.add('audit', 'AuditActionRefused', {
        operation: 'removeUser',
        status: 404,
        code: 'NOT_FOUND',
      }),
  ])();
};
