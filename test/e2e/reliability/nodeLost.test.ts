import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codes } from '../../../api/radius/packet.ts';
import { isLong } from '../../support/profile.ts';
import { startTestTemporal, type TestTemporal } from '../../support/temporal.ts';
import { addPhoneUser, ask, endOf } from '../support/openPush.ts';
import { addOathUser } from '../support/people.ts';
import { accessServer, type AccessServer } from '../support/radiusSocket.ts';
import { radiusSecret, stateIn } from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Two processes of one server, each of which is lost in turn; the workflow engine is a child of neither. */

const data = temporaryData();
const application = 'VPN';
/** The promise; a machine that is busy with others takes what it takes. */
const answeredWithinMs = isLong ? 10_000 : 60_000;
let temporal: TestTemporal;
let nas: AccessServer;
let first: ServerProcess;
let second: ServerProcess;

const start = (...args: readonly string[]): Promise<ServerProcess> =>
  serve({
    data: data.path,
    env: {
      COUNTERSIGN_RADIUS_SECONDS: '180',
      COUNTERSIGN_TEMPORAL_ADDRESS: temporal.server.address,
    },
    args: ['--radius', '0', ...args],
  });

beforeAll(async () => {
  temporal = await startTestTemporal();
  first = await start();
  second = await start('--join', 'second');
  await first.rest.ok('PUT', '/configuration/radiusClient/vpn', {
    addresses: ['127.0.0.1'],
    secret: radiusSecret,
    application,
    target: 'none',
  });
  nas = await accessServer(radiusSecret);
}, 180_000);
afterAll(async () => {
  nas?.close();
  await data.remove();
  await temporal?.stop();
}, 60_000);

const loseOne = async (lost: ServerProcess, left: ServerProcess, tag: string): Promise<void> => {
  const { ca, radius } = left.info;
  const folder = join(data.path, '..');
  const [portal, vpn, coded] = ['portal', 'vpn', 'code'].map(
    (kind) => `${kind}-${tag}@example.com`,
  );
  const [portalPhone, vpnPhone] = await Promise.all(
    [portal!, vpn!].map((username) => addPhoneUser({ rest: left.rest, username, ca, folder })),
  );
  const otp = await addOathUser(left.rest, coded!);
  await until('the one to be lost to know them', async () => {
    const { status } = await lost.rest.call('GET', `/users/${coded}`);
    return status === 200;
  });
  const { requestId } = await ask(lost.rest, portal!, 'Portal');
  const pushed = nas.request({ username: vpn!, station: '198.51.100.9' });
  const asked = nas.request({ username: coded! });
  for (const octets of [pushed, asked]) nas.send(octets, lost.info.radius!);
  const pushes = [
    { phone: portalPhone!, application: 'Portal' },
    { phone: vpnPhone!, application },
  ];
  const shown = await Promise.all(
    pushes.map(({ phone, application: of }) => until('the push', () => phone.find(of))),
  );
  const question = await nas.answer(asked);

  const lostAt = performance.now();
  await lost.kill('SIGKILL');
  // Access servers have a list of two, and go on with the other.
  const more = [stateIn(question!)];
  const code = nas.request({ username: coded!, password: otp.rightCode(), more });
  for (const octets of [pushed, code]) nas.send(octets, radius!);
  for (const [at, { phone }] of pushes.entries())
    expect(await phone.answer(shown[at]!, 'approve')).toBe('recorded');
  expect((await endOf(left.rest, requestId)).state).toBe('approved');
  for (const octets of [pushed, code])
    expect((await nas.answer(octets))?.code).toBe(codes.accessAccept);
  const body = { user: 'nobody@example.com', application };
  expect((await left.rest.ok('POST', '/authentications', body))['state']).toBe('denied');
  const tookMs = performance.now() - lostAt;
  process.stderr.write(`REL-18: all was answered ${tookMs.toFixed(0)} ms after the loss\n`);
  expect(tookMs).toBeLessThanOrEqual(answeredWithinMs);
  for (const { phone, application: of } of pushes) {
    expect(phone.shown().filter((one) => one.application === of)).toHaveLength(1);
    phone.close();
  }
};

test('REL-18 each of the two is lost in turn: what it had begun is answered by whoever is left, within 10 s', async () => {
  await loseOne(first, second, 'first');
  first = await start();
  await loseOne(second, first, 'second');
}, 240_000);

test('SEC-05 every reply began with a valid proof', () => {
  expect(nas.faults).toEqual([]);
});
