import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { PushAnswer } from '../../../api/facade.ts';
import type { Push } from '../../../cli/authenticator/wire.ts';
import { below, pick, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { activatePhone, type AppPhone, type Forged } from '../support/appPhone.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { joinWithin, type InnerNode } from '../support/innerNode.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';

/* Answers that nobody was asked for. */

const combinations = count(1_000_000);
const atATime = 64;
/** Wrong proofs of the right device reach the attempt itself, which has room for so many updates. */
const wrongProofs = 200;
const application = 'Forged';
const names = ['alice', 'bob', 'carol', 'dave'] as const;
type Name = (typeof names)[number];
type Asked = { readonly requestId: string; readonly phone: AppPhone; readonly push: Push };

const data = temporaryData();
const random = randomOf(seed);
let server: ServerProcess;
let inner: InnerNode;
const asked = new Map<Name, Asked>();

const userOf = (name: Name): string => `${name}@example.org`;
const of = (name: Name): Asked => asked.get(name)!;

const ask = async (name: Name, phone: AppPhone): Promise<Asked> => {
  const { requestId } = await server.rest.ok<{ requestId: string }>('POST', '/authentications', {
    user: userOf(name),
    application,
    expiresIn: 180,
    numberMatch: false,
  });
  return { requestId, phone, push: await phone.push(application) };
};

beforeAll(async () => {
  server = await serve({ data: data.path });
  inner = await joinWithin(data.path, 'inner');
  // One after the other: activations of one address wait for each other's place.
  for (const name of names) {
    await server.rest.ok('POST', '/users', { username: userOf(name), method: 'app' });
    const phone = await activatePhone(server, join(data.path, '..', name), userOf(name));
    asked.set(name, await ask(name, phone));
  }
}, 180_000);

afterAll(async () => {
  await inner.stop();
  await data.remove();
}, 60_000);

const stateOf = async (name: Name): Promise<string> => {
  const path = `/authentications/${of(name).requestId}`;
  return (await server.rest.ok<{ state: string }>('GET', path)).state;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Everything an attacker may have, and what is near it. */
const wrongAnswer = (): PushAnswer => {
  const known = names.map(of);
  const guids = [
    () => pick(random, known).push['guid'] ?? '',
    randomUUID,
    () => pick(random, known).requestId,
    () => '',
    () => (of('alice').push['guid'] ?? '').toUpperCase(),
  ];
  const tokens = [
    () => pick(random, known).phone.tokenHash,
    () => sha256(randomBytes(8).toString('hex')),
    () => '',
    () => sha256(''),
    () => of('alice').phone.tokenHash.slice(0, -1),
    () => of('alice').phone.account.deviceToken,
  ];
  const proofs = [
    () => undefined,
    () => '',
    () => of('alice').phone.proofFor(of('alice').push),
    () => randomBytes(20).toString('hex'),
    () => '0'.repeat(40),
  ];
  const guid = pick(random, guids)();
  const tokenHash = pick(random, tokens)();
  const isRight = known.some(
    ({ push, phone }) => push['guid'] === guid && phone.tokenHash === tokenHash,
  );
  const proof = pick(random, proofs)();
  return {
    guid,
    // The right device is asked about its proof below; here it is somebody else's.
    tokenHash: isRight ? sha256(guid) : tokenHash,
    answer: pick(random, ['approve', 'deny', 'fraud'] as const),
    ...(proof === undefined ? {} : { proof }),
    ...(below(random, 4) === 0 ? { newTokenHash: sha256(randomUUID()) } : {}),
  };
};

describe('SEC-46 answers that nobody was asked for', () => {
  test(`SEC-46 ${combinations} wrong combinations of guid, token and proof: none counts and the attempts stay open`, async () => {
    const { commands } = inner.facade;
    const said = new Map<string, number>();
    const note = ({ answer }: { readonly answer: string }) =>
      said.set(answer, (said.get(answer) ?? 0) + 1);
    for (let done = 0; done < combinations; done += atATime) {
      const answers = Array.from({ length: atATime }, () => commands.answerPush(wrongAnswer()));
      for (const answer of await Promise.all(answers)) note(answer);
    }
    const { phone, push } = of('alice');
    for (let number = 0; number < wrongProofs; number += 1) {
      const proof = randomBytes(20).toString('hex');
      const guid = push['guid'] ?? '';
      note(
        await commands.answerPush({ guid, tokenHash: phone.tokenHash, answer: 'approve', proof }),
      );
    }
    expect([...said.keys()]).toEqual(['notOpen']);
    for (const name of names) expect(await stateOf(name)).toBe('awaiting-user');
    expect(factsOnDisk(data.path, 'AuthenticationDeviceAnswered', 'DeviceTokenChanged')).toEqual(
      [],
    );
    process.stderr.write(`SEC-46: ${said.get('notOpen')} wrong answers, none accepted\n`);
  }, 900_000);

  test('SEC-46 all refusals look alike on the wire, and the right answer still counts', async () => {
    const alice = of('alice');
    const bob = of('bob');
    const carol = of('carol');
    const { devices } = await server.rest.ok<{ devices: { deviceId: string }[] }>(
      'GET',
      `/users/${userOf('carol')}`,
    );
    await server.rest.ok('DELETE', `/users/${userOf('carol')}/devices/${devices[0]!.deviceId}`);

    const requestId = randomUUID();
    let host = 10;
    const refused = async ({ phone, push }: Asked, forged: Forged) => {
      host += 1;
      const from = `127.0.0.${host}`;
      const { status, headers, body } = await phone.approve(push, { requestId, from, ...forged });
      const { date: _, ...same } = headers;
      return JSON.stringify({ status, same, body });
    };
    const refusals = await Promise.all([
      refused(alice, { guid: randomUUID() }),
      refused(alice, { guid: bob.push['guid'] ?? '' }),
      refused(bob, { guid: alice.push['guid'] ?? '' }),
      refused(alice, { deviceToken: randomBytes(32).toString('base64url') }),
      refused(alice, { proof: '0'.repeat(40) }),
      refused(alice, { proof: bob.phone.proofFor(bob.push) }),
      refused(alice, { tokenHeader: bob.phone.tokenHash }),
      refused(alice, { tokenHeader: '' }),
      refused(carol, {}),
      refused(carol, { proof: '' }),
    ]);
    expect(refusals[0]).toContain('<error-id>9002</error-id>');
    expect(new Set(refusals).size).toBe(1);

    await server.rest.ok('POST', `/users/${userOf('dave')}/disable`);
    const ofDisabled = await of('dave').phone.approve(of('dave').push);
    expect(ofDisabled.body).toMatch(/<error-id>900[23]<\/error-id>/);
    expect(await stateOf('dave')).toBe('denied');
    expect(await stateOf('carol')).not.toBe('approved');

    for (const name of ['alice', 'bob'] as const) {
      expect(await stateOf(name)).toBe('awaiting-user');
      const { phone, push } = of(name);
      const right = await phone.approve(push);
      expect([right.status, right.body]).toEqual([200, expect.stringContaining('success')]);
      expect(await stateOf(name)).toBe('approved');
    }
    // Settled: its own device hears so, every other one hears what it heard before.
    const again = await alice.phone.approve(alice.push);
    expect(again.body).toContain('<error-id>9003</error-id>');
    expect(await refused(bob, { guid: alice.push['guid'] ?? '' })).toBe(refusals[0]);
  });
});
