import type { DatabaseSync } from 'node:sqlite';
import type { Step, StepAppend } from './prepare.ts';
import { isConstraint, numberOf } from './sqliteFile.ts';

/** What became of one step; these cross from the writer's thread to the store. */
export type StepResult =
  | { readonly kind: 'committed'; readonly position: number; readonly repeated: boolean }
  | { readonly kind: 'conflict'; stream: string; expected: number; actual: number }
  | { readonly kind: 'idTaken'; readonly id: string };

/** Writes steps inside a transaction of the caller's; a step that fails leaves nothing behind. */
export function createStepWriter(db: DatabaseSync): (step: Step, recordedAt: string) => StepResult {
  const lastRevision = db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
  const positionOf = db.prepare('SELECT position FROM events WHERE id = ?');
  const insert = db.prepare(
    'INSERT INTO events (id, stream, revision, type, version, data, meta, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const savepoint = db.prepare('SAVEPOINT step');
  const rollback = db.prepare('ROLLBACK TO step');
  const release = db.prepare('RELEASE step');

  const onRecord = (id: string): number | undefined => {
    const row = positionOf.get(id);
    return row && numberOf(row['position']);
  };

  /** The newest of the step's events, if its first one is on record. */
  const repeatOf = (step: Step): StepResult | undefined => {
    const positions = step.flatMap(({ events }) => events.map(({ id }) => onRecord(id)));
    if (positions[0] === undefined) return undefined;
    const position = Math.max(...positions.map((known) => known ?? 0));
    return { kind: 'committed', position, repeated: true };
  };

  const append = (
    { stream, expectedRevision: expected, events }: StepAppend,
    recordedAt: string,
  ): StepResult => {
    const actual = lastRevision.get(stream)?.['revision'] ?? -1;
    if (actual !== expected)
      return { kind: 'conflict', stream, expected, actual: numberOf(actual) };
    let revision = expected;
    let position = 0;
    for (const { id, type, version, data, meta } of events) {
      revision += 1;
      try {
        const { lastInsertRowid } = insert.run(
          id,
          stream,
          revision,
          type,
          version,
          data,
          meta,
          recordedAt,
        );
        position = Number(lastInsertRowid);
      } catch (error) {
        if (!isConstraint(error) || onRecord(id) === undefined) throw error;
        return { kind: 'idTaken', id };
      }
    }
    return { kind: 'committed', position, repeated: false };
  };

  const appendAll = (step: Step, recordedAt: string): StepResult => {
    let position = 0;
    for (const part of step) {
      const result = append(part, recordedAt);
      if (result.kind !== 'committed') return result;
      position = Math.max(position, result.position);
    }
    return { kind: 'committed', position, repeated: false };
  };

  return (step, recordedAt) => {
    // A single INSERT undoes itself; the savepoint is for those that may fail half-way.
    const single = step.length === 1 && step[0]?.events.length === 1;
    if (!single) savepoint.run();
    const result = appendAll(step, recordedAt);
    if (!single) {
      if (result.kind !== 'committed') rollback.run();
      release.run();
    }
    return result.kind === 'committed' ? result : (repeatOf(step) ?? result);
  };
}
