import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const imports = table({
  name: 'imports',
  key: 'importId',
  columns: {
    importId: 'text',
    kind: 'text',
    state: 'text',
    mode: 'text',
    dryRun: 'integer',
    rows: 'integer',
    done: 'integer',
    added: 'integer',
    updated: 'integer',
    skipped: 'integer',
    failed: 'integer',
    warned: 'integer',
    warnings: 'text',
    actorKind: 'text',
    actorId: 'text',
    startedAt: 'text',
    finishedAt: 'text?',
  },
  indexes: [],
});

/** Imports and how far they are. */
export const importsProjection: Projection = {
  name: 'imports',
  version: 1,
  tables: [imports],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'imports',
      key: 'importId',
      age: 'finishedAt',
    }),
    ImportStarted(event, rows) {
      const { kind, mode, dryRun, rows: count, warnings } = event.data;
      rows.put('imports', {
        importId: streamId(event),
        kind,
        state: 'running',
        mode,
        dryRun: dryRun ? 1 : 0,
        rows: count,
        done: 0,
        added: 0,
        updated: 0,
        skipped: 0,
        failed: 0,
        warned: 0,
        warnings: JSON.stringify(warnings),
        actorKind: event.meta.actor.kind,
        actorId: event.meta.actor.id,
        startedAt: event.meta.at,
        finishedAt: null,
      });
    },
    ImportProgressed: (event, rows) => rows.change('imports', streamId(event), { ...event.data }),
    ImportFinished: (event, rows) =>
      rows.change('imports', streamId(event), { state: 'finished', finishedAt: event.meta.at }),
  },
};
