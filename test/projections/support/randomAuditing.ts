import { auditExportStream } from '../../../domain/ids.ts';
import { retentionFamilies } from '../../../domain/retention.ts';
import type { World } from './world.ts';

/** Some of what is there has expired, and now and then somebody is on hold. */
const expire = ({ log, random, people }: World): void => {
  const upTo = random.below(log.lines.length + 1);
  log.add('audit', 'AuditRetentionApplied', {
    family: random.pick(retentionFamilies),
    before: new Date(log.nowMs() - random.below(60_000)).toISOString(),
    from: random.below(upTo + 1),
    upTo,
    events: 1,
    hold: random.chance(0.3) && people.length > 0 ? [random.pick(people).id] : [],
  });
};

/** What auditors do, and what was refused. */
export const audit = (world: World): void => {
  const { log, random } = world;
  const exportId = random.id();
  const position = random.below(500);
  random.pick([
    () =>
      log.add('audit', 'AuditStateMade', { position, asOf: new Date(log.nowMs()).toISOString() }),
    () =>
      log.add('audit', 'AuditPeopleSearched', { operation: 'listUsers', by: ['text'], found: 2 }),
    () => log.add('audit', 'AuditViewsRebuilt', { position, different: ['users'] }),
    () => {
      log.add(auditExportStream(exportId), 'AuditExportStarted', {
        exportId,
        format: random.pick(['ndjson', 'csv', 'ocsf', 'cef']),
        types: random.chance(0.5) ? ['user.*'] : [],
        after: 0,
        upTo: position,
      });
      log.add(auditExportStream(exportId), 'AuditExportFinished', {
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
    () =>
      log.add('audit', 'AuditCallerRefused', {
        door: 'sdk',
        reason: random.pick(['credentials', 'group', 'address', 'rate']),
        calls: 1 + position,
        ...(random.chance(0.5) ? { accountId: random.id() } : {}),
      }),
    () => log.add('audit', 'AuditViewsLagged', { position, newest: position + 9, seconds: 61 }),
    () => expire(world),
  ])();
};
