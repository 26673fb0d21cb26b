import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { factsOnDisk } from '../support/factLog.ts';
import { fakedClock, type FakedClock } from '../support/faketime.ts';
import { addPhoneUser, ask, endOf } from '../support/openPush.ts';
import { addOathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Two processes of one server; the wall clock of the second is set while they run. */

const stepSeconds = 300;
const lifeSeconds = 15;
/** The look of every second, and what a busy machine adds. */
const slackMs = 4_000;
const data = temporaryData();
let first: ServerProcess;
let second: ServerProcess;
let clock: FakedClock;
let phone: PocketPhone;

beforeAll(async () => {
  mkdirSync(join(data.path, '..'), { recursive: true });
  clock = fakedClock(join(data.path, '..', 'clock'));
  first = await serve({ data: data.path });
  second = await serve({ data: data.path, args: ['--join', 'second'], env: clock.env });
  const { rest, info } = first;
  await rest.ok('PATCH', '/settings', { pushLimitPerHour: 100 });
  const folder = join(data.path, '..', 'phones');
  phone = await addPhoneUser({ rest, username: 'ann@example.org', ca: info.ca, folder });
}, 120_000);
afterAll(async () => {
  phone?.close();
  await data.remove();
}, 60_000);

const skews = (): readonly number[] =>
  factsOnDisk(data.path, 'ClockSkewDetected').map(({ data: { skewMs } }) => Number(skewMs));

describe.each([stepSeconds, -stepSeconds])('a wall clock that is set by %i s', (by) => {
  test('REL-16 ends nothing early, keeps nothing open, and is an event', async () => {
    clock.set(0);
    const before = skews().length;
    const user = 'ann@example.org';
    const kept = await ask(second.rest, user, `kept ${by}`, lifeSeconds);
    const push = await until('the push', () => phone.find(`kept ${by}`));
    clock.set(by);
    expect(await phone.answer(push, 'approve')).toBe('recorded');
    expect(await endOf(second.rest, kept.requestId)).toMatchObject({ state: 'approved' });
    const began = performance.now();
    const left = await ask(second.rest, user, `left ${by}`, lifeSeconds);
    expect(await endOf(second.rest, left.requestId)).toMatchObject({ state: 'expired' });
    const lifeMs = performance.now() - began;
    expect(lifeMs).toBeGreaterThan(lifeSeconds * 1_000 - 1_000);
    expect(lifeMs).toBeLessThan(lifeSeconds * 1_000 + slackMs);
    const found = await until('the event', () => skews().length > before && skews());
    expect(found.some((ms) => Math.abs(Math.abs(ms) - stepSeconds * 1_000) < 3_000)).toBe(true);
  }, 90_000);

  test('REL-16 lets no code in twice', async () => {
    clock.set(0);
    const user = await addOathUser(first.rest, `token${by}@example.org`);
    const login = async (node: ServerProcess) => {
      const body = { user: user.username, application: 'VPN', code };
      return (await node.rest.ok<{ code: string }>('POST', '/authentications', body)).code;
    };
    const code = user.rightCode();
    expect(await login(first)).toBe('APPROVED');
    expect(await login(second)).toBe('CODE_REUSED');
    clock.set(by);
    expect(await login(second)).toMatch(/WRONG_CODE|CODE_REUSED/);
    clock.set(0);
    expect(await login(second)).toMatch(/WRONG_CODE|CODE_REUSED/);
  }, 60_000);
});
