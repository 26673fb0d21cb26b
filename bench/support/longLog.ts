import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { createFile } from '../../adapters/eventStore/sqliteFile.ts';

const eventsPerCommit = 10_000;
const eventsPerRequest = 4;
const types = [
  'AuthenticationRequested',
  'AuthenticationChallengeSent',
  'AuthenticationDeviceAnswered',
  'AuthenticationApproved',
] as const;

/** Rows as long as those of real logins; nobody reads what they say. */
const dataOf = (step: number): string =>
  JSON.stringify({
    channel: 'radius',
    application: 'vpn',
    callerId: randomUUID(),
    userId: randomUUID(),
    step,
    sealed: `s1:key:${randomUUID()}${randomUUID()}${randomUUID()}`,
  });

/** Writes a log of so many events past the event store, whose checks are not what is measured. */
export const writeLongLog = async (file: string, events: number): Promise<void> => {
  await createFile(file);
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA synchronous = OFF');
    const insert = db.prepare(
      'INSERT INTO events (id, stream, revision, type, version, data, meta, recorded_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?)',
    );
    const at = '2026-01-01T00:00:00.000Z';
    let stream = '';
    for (let done = 0; done < events;) {
      db.exec('BEGIN');
      for (const until = Math.min(events, done + eventsPerCommit); done < until; done += 1) {
        const step = done % eventsPerRequest;
        if (step === 0) stream = `authentication-${randomUUID().replaceAll('-', '').toUpperCase()}`;
        const meta = {
          at,
          actor: { kind: 'serviceAccount', id: stream.slice(-8) },
          channel: 'radius',
          address: '192.0.2.7',
          correlationId: stream,
          workflowId: stream,
        };
        insert.run(
          randomUUID(),
          stream,
          step,
          types[step]!,
          dataOf(step),
          JSON.stringify(meta),
          at,
        );
      }
      db.exec('COMMIT');
    }
  } finally {
    db.close();
  }
};
