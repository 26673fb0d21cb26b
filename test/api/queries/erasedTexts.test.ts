import { expect, test } from '@jest/globals';
import { fraudReportStream, userStream } from '../../../domain/ids.ts';
import { userKey } from '../../../domain/sealed.ts';
import { addUser, configure, createReadSide, secrets } from './support/readSide.ts';

/** A word that an administrator typed about somebody, in every place that takes one. */
const typed = 'saw-erika-at-the-lake';
const until = '2026-04-01T00:00:00.000Z';

test('H85-6 what was typed about a person is shown to nobody once they are erased; their removal and erasure still are', async () => {
  const side = await createReadSide();
  const { log, queries } = side;
  configure(log);
  addUser(log, 'U1', 'erika@example.org');
  addUser(log, 'U2', 'bob@example.org');
  for (const userId of ['U1', 'U2']) {
    const stream = userStream(userId);
    const reason = userId === 'U1' ? typed : 'lost badge';
    log
      .add(stream, 'UserUpdated', { description: reason, group: reason })
      .add(stream, 'UserPhoneChanged', { which: 'primary', masked: `+1 XXX ${reason}` })
      .add(stream, 'UserBlocked', { blockId: `B${userId}`, reason, until, flag: 'none' })
      .add(stream, 'UserUnblocked', { blockId: `B${userId}`, reason, ended: 'unblocked' })
      .add(stream, 'BypassCreated', { bypassId: `P${userId}`, seconds: 60, until, reason })
      .add(stream, 'LegalHoldSet', { reason })
      .add(stream, 'LegalHoldEnded', { reason });
  }
  log
    .add(fraudReportStream('R1'), 'FraudReported', { userId: 'U1', requestId: 'R1' })
    .add(fraudReportStream('R1'), 'FraudReviewed', {
      verdict: 'dismissed',
      note: typed,
    })
    .add(userStream('U1'), 'UserRemoved', { usernameKey: 'k', openRequests: [] })
    .add(userStream('U1'), 'UserErased', { reason: 'asked' });
  await side.sync();
  await secrets.destroy(userKey('U1'));

  const shown = async (): Promise<string> =>
    JSON.stringify([
      await queries.auditLog({}, { limit: 100 }),
      await queries.listEvents({}, { limit: 100 }),
      await queries.listBlocks({}, { limit: 100 }),
      await queries.listBypasses({}, { limit: 100 }),
      await queries.explain('R1'),
    ]);
  const text = await shown();
  expect(text).not.toContain(typed);
  expect(text).toContain('lost badge');
  expect(text).toContain('The personal data of [erased] were erased: asked');
  await side.close();
});
