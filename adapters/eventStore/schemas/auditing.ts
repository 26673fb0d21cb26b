import { z } from 'zod';
import type { AuditingEvents } from '../../../domain/events/auditing.ts';
import { exportFormats, maxExportFiles } from '../../../domain/exports.ts';
import { retentionFamilies } from '../../../domain/retention.ts';
import { count, id, ids, instant, optional, text, type Shapes } from '../fields.ts';

const file = z.strictObject({ name: id, sha256: id, events: count });

export const auditingFields = {
  AuditStateMade: { position: count, asOf: instant },
  AuditExportStarted: {
    exportId: id,
    format: z.enum(exportFormats),
    types: ids,
    after: count,
    upTo: count,
    since: optional(instant),
    until: optional(instant),
  },
  AuditExportFinished: {
    exportId: id,
    events: count,
    files: z.array(file).max(maxExportFiles).readonly(),
  },
  AuditTargetDown: { targetId: id, reason: text, position: count },
  AuditTargetUp: { targetId: id, position: count },
  AuditViewsRebuilt: { position: count, different: ids },
  AuditPeopleSearched: { operation: id, by: ids, found: count },
  AuditActionRefused: { operation: id, status: count, code: id },
  AuditCallerRefused: {
    door: z.literal('sdk'),
    reason: z.enum(['credentials', 'group', 'address', 'rate']),
    calls: count,
    accountId: optional(id),
  },
  AuditRetentionApplied: {
    family: z.enum(retentionFamilies),
    before: instant,
    from: count,
    upTo: count,
    events: count,
    hold: ids,
  },
  AuditViewsLagged: { position: count, newest: count, seconds: count },
} satisfies Shapes<AuditingEvents>;
