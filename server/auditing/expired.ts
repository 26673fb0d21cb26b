import type { TableName, Views } from '../../adapters/views/port.ts';
import { loose } from '../../projections/loose.ts';

const pageRows = 500;

/** Tables that rows leave only because they have expired or their person was erased, with their keys. */
const expiring = [
  ['audit', 'position'],
  ['auditSubjects', 'stream'],
  ['requests', 'requestId'],
  ['challenges', 'guid'],
  ['mails', 'mailId'],
  ['deliveries', 'deliveryId'],
  ['approvals', 'approvalId'],
  ['approvalTasks', 'taskId'],
  ['userChanges', 'position'],
  ['activations', 'activationId'],
  ['blocks', 'blockId'],
  ['bypasses', 'bypassId'],
  ['fraudReports', 'requestId'],
  ['imports', 'importId'],
] as const satisfies readonly (readonly [TableName, string])[];

/** Takes out of a past state what has expired since: what the live views do not show any more, no past shows. */
export const dropExpired = async (
  state: Pick<Views, 'writer'>,
  live: Pick<Views, 'reader'>,
): Promise<void> => {
  const applied = await live.reader
    .selectFrom('audit')
    .select('position')
    .where('type', '=', 'AuditRetentionApplied')
    .limit(1)
    .executeTakeFirst();
  if (!applied) return;
  const there = loose(state.writer);
  const here = loose(live.reader);
  for (const [table, key] of expiring)
    for (let after: string | number | undefined; ;) {
      let query = there.selectFrom(table).select(key).orderBy(key).limit(pageRows);
      if (after !== undefined) query = query.where(key, '>', after);
      const keys = (await query.execute()).map((row) => row[key]!);
      after = keys.at(-1);
      if (after === undefined) break;
      const known = await here.selectFrom(table).select(key).where(key, 'in', keys).execute();
      const kept = new Set(known.map((row) => row[key]));
      const gone = keys.filter((one) => !kept.has(one));
      if (gone.length > 0) await there.deleteFrom(table).where(key, 'in', gone).execute();
    }
};
