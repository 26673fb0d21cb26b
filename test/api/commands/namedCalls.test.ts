import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import type { EventStore } from '../../../adapters/eventStore/port.ts';
import { newId } from '../../../adapters/ids.ts';
import { openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import type { Secrets } from '../../../adapters/secrets/port.ts';
import { repeatableChance } from '../../../api/commands/chance.ts';
import { namedCalls } from '../../../api/commands/namedCalls.ts';
import type { CallDoor, NamedCall } from '../../../api/facade/calls.ts';
import { KeyReused } from '../../../api/facade/keyReused.ts';
import { factLog } from '../../../server/factLog.ts';

const hourMs = 3_600_000;
let folder: string;
let secrets: Secrets;
let events: EventStore;
let nowMs: number;

/** One process of a deployment. */
const node = () => {
  const chance = repeatableChance(secrets, { newId, newGuid: randomUUID, randomBytes });
  const facts = factLog(events);
  const door: CallDoor = namedCalls({ events, secrets, facts, wallNow: () => nowMs, chance });
  return { chance, door };
};
const call = (more: Partial<NamedCall> = {}): NamedCall => ({
  caller: { actor: { kind: 'apiClient', id: 'shop' }, channel: 'rest', callId: newId() },
  key: 'key 1',
  operation: 'addUser',
  fingerprint: 'body 1',
  ...more,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'named-calls-'));
  secrets = openSecrets({ file: join(folder, 'keys.db'), masterKey: randomBytes(32) });
  events = openMemoryEventStore();
  nowMs = Date.UTC(2026, 10, 23);
});
afterEach(async () => {
  await secrets.close();
  rmSync(folder, { recursive: true });
});

describe('a call with a key', () => {
  test('that nobody has answered is made again with the same ids and secrets', async () => {
    const drawn = await Promise.all(
      [node(), node()].map(async ({ chance, door }) => {
        const begun = await door.begin(call());
        expect(begun.answer).toBeUndefined();
        const draw = async () => [
          chance.newId(),
          chance.newGuid(),
          chance.randomBytes(80).toString('hex'),
          chance.newId(),
        ];
        return [begun.callId, ...(await begun.run(draw)), ...(await begun.run(draw))];
      }),
    );
    expect(drawn[0]).toEqual(drawn[1]);
    expect(new Set(drawn[0]).size).toBe(9);
    const [, id = '', guid = ''] = drawn[0]!;
    expect(id).toMatch(/^[0-9A-F]{12}7[0-9A-F]{3}[89AB][0-9A-F]{15}$/);
    expect(Number.parseInt(id.slice(0, 12), 16)).toBe(nowMs);
    expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('draws by chance outside of it, and another call draws something else', async () => {
    const { chance, door } = node();
    const draw = async () => chance.newId();
    const ids = [
      await draw(),
      await (await door.begin(call())).run(draw),
      await (await door.begin(call({ key: 'key 2' }))).run(draw),
      await draw(),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(chance.isRepeat()).toBe(false);
  });

  test('is known as a repeat by whoever did not begin it', async () => {
    const { chance, door } = node();
    const isRepeat = async () => chance.isRepeat();
    expect(await (await door.begin(call())).run(isRepeat)).toBe(false);
    expect(await (await door.begin(call())).run(isRepeat)).toBe(true);
  });

  test('that was answered is answered alike, by the first answer', async () => {
    const [one, other] = [node(), node()];
    const begun = await one.door.begin(call());
    const meanwhile = await other.door.begin(call());
    await begun.answered({ status: 201, text: '{"userId":"A"}' });
    await meanwhile.answered({ status: 409, text: '{}' });
    const { answer, callId } = await other.door.begin(call());
    expect(answer).toEqual({ status: 201, text: '{"userId":"A"}' });
    expect(callId).toBe(begun.callId);
    const stored = JSON.stringify(await events.readAll(0));
    expect(stored).not.toContain('userId');
    expect(stored).not.toContain('key 1');
    expect(stored).not.toContain('body 1');
  });

  test('whose answer may not be kept, or is long, is known to be answered', async () => {
    const { door } = node();
    await (await door.begin(call())).answered({ status: 201 });
    expect((await door.begin(call())).answer).toEqual({ status: 201 });
    const long = call({ key: 'key 2' });
    await (await door.begin(long)).answered({ status: 200, text: 'x'.repeat(20_000) });
    expect((await door.begin(long)).answer).toEqual({ status: 200 });
  });

  test('keeps its key from any other call for 24 h, and then not any more', async () => {
    const { chance, door } = node();
    const draw = async () => chance.newId();
    const first = await door.begin(call());
    await first.answered({ status: 204, text: '{}' });
    nowMs += 24 * hourMs - 1;
    await expect(door.begin(call({ fingerprint: 'body 2' }))).rejects.toThrow(KeyReused);
    expect((await door.begin(call())).answer).toBeDefined();
    nowMs += 1;
    const next = await door.begin(call({ fingerprint: 'body 2' }));
    expect(next.answer).toBeUndefined();
    expect(await next.run(draw)).not.toBe(await first.run(draw));
    await expect(door.begin(call())).rejects.toThrow(KeyReused);
  });

  test('is its caller’s alone', async () => {
    const { door } = node();
    await (await door.begin(call())).answered({ status: 204, text: '{}' });
    const caller = { ...call().caller, actor: { kind: 'apiClient', id: 'other' } } as const;
    expect((await door.begin(call({ caller }))).answer).toBeUndefined();
    await expect(door.begin(call({ caller, fingerprint: 'body 2' }))).rejects.toThrow(KeyReused);
  });

  test('of which two begin at once has one fingerprint', async () => {
    const bodies = ['body 1', 'body 2'];
    const begun = await Promise.allSettled(
      bodies.map(async (fingerprint) => await node().door.begin(call({ fingerprint }))),
    );
    expect(begun.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await events.readAll(0)).toHaveLength(1);
  });
});
