import { expect, test } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import { createLogger } from '../../runtime/logger.ts';
import { callerRefusals } from '../../server/auditing/callerRefusals.ts';

const given = () => {
  const facts: [DomainEvent, unknown][] = [];
  let id = 0;
  const refusals = callerRefusals({
    facts: { record: async (fact, _key, by) => void facts.push([fact, by]) },
    newId: () => String((id += 1)),
    log: createLogger({ level: 'error', pretty: false, write: () => undefined }),
    spanMs: 3_600_000,
  });
  return { facts, refusals };
};

test('who is refused is on record with account and address', async () => {
  const { facts, refusals } = given();
  refusals.callerRefused({ door: 'sdk', reason: 'credentials', address: '192.0.2.7' });
  refusals.callerRefused({ door: 'sdk', reason: 'group', accountId: 'A1', address: '192.0.2.7' });
  await refusals.stop();
  expect(facts).toEqual([
    [
      { type: 'AuditCallerRefused', data: { door: 'sdk', reason: 'credentials', calls: 1 } },
      expect.objectContaining({ channel: 'sdk', address: '192.0.2.7' }),
    ],
    [
      {
        type: 'AuditCallerRefused',
        data: { door: 'sdk', reason: 'group', calls: 1, accountId: 'A1' },
      },
      expect.objectContaining({ actor: { kind: 'serviceAccount', id: 'A1' } }),
    ],
  ]);
});

test('SEC-65 a flood from one address or from thousands fills nothing: it is summed up', async () => {
  const { facts, refusals } = given();
  const flood = 5_000;
  for (let call = 0; call < flood; call += 1) {
    refusals.callerRefused({ door: 'sdk', reason: 'credentials', address: '192.0.2.7' });
    refusals.callerRefused({ door: 'sdk', reason: 'rate', address: `198.51.100.${call}` });
  }
  await refusals.stop();
  expect(facts.length).toBeLessThanOrEqual(24);
  const calls = facts.map(([fact]) => (fact.type === 'AuditCallerRefused' ? fact.data.calls : 0));
  expect(calls.reduce((sum, count) => sum + count, 0)).toBe(2 * flood);
});
