import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addPhoneUser } from '../support/openPush.ts';
import { pamServices } from '../support/pamtester.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Linux logins by pam_radius_auth, with the files of examples/pam and examples/openvpn as they stand. */

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const secret = 'a secret of one host, thirty-two';
const data = temporaryData();
let server: ServerProcess;
const services = ['countersign', 'openvpn'] as const;
let phones: readonly PocketPhone[];
let otto: OathUser;
let olga: OathUser;
let pam: ReturnType<typeof pamServices>;

/** The example with what its reader puts in. */
const filledIn = (text: string): string => {
  const filled = text
    .replace('192.0.2.10:1812', server.info.radius!)
    .replace('the-shared-secret-of-this-host', secret.replaceAll(' ', '-'));
  expect(filled).not.toContain('192.0.2');
  return filled;
};

beforeAll(async () => {
  server = await serve({ data: data.path, args: ['--radius', '0'] });
  const { rest, info } = server;
  await rest.ok('PUT', '/configuration/radiusClient/host1', {
    addresses: ['127.0.0.1'],
    secret: secret.replaceAll(' ', '-'),
    application: 'host1',
    target: 'none',
    // The module sends no proof before its version 3.
    messageAuthenticator: 'auto',
  });
  const folder = join(data.path, '..');
  pam = pamServices({
    folder,
    services: [join(examples, 'pam/pam.d/countersign'), join(examples, 'openvpn/pam.d/openvpn')],
    radius: filledIn(readFileSync(join(examples, 'pam/pam_radius_auth.conf'), 'utf8')),
  });
  // One each: whoever denies is not asked by a push again so soon.
  phones = await Promise.all(
    services.map((name) => addPhoneUser({ rest, username: `ann@${name}`, ca: info.ca, folder })),
  );
  otto = await addOathUser(rest, 'otto@example.com');
  olga = await addOathUser(rest, 'olga@example.com');
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) phone.close();
  await data.remove();
});

type Typed = readonly [prompt: string, answer: () => string];
const password: Typed = ['Password:', () => 'what ann types'];
const login = (service: string, username: string, host: string, ...answers: readonly Typed[]) =>
  pam.login({ service, username, host, answers: [password, ...answers] });

describe.each(services)('the PAM service %s', (service) => {
  test('H40-1 a push that is approved lets in, one that is denied does not', async () => {
    const phone = phones[services.indexOf(service)]!;
    for (const choice of ['approve', 'deny'] as const) {
      const before = phone.shown().length;
      const run = login(service, `ann@${service}`, `${service}-${choice}.example.test`);
      const push = await until('the push', () => phone.find('host1'));
      expect(await phone.answer(push, choice)).toBe('recorded');
      const { code, output } = await run;
      expect({ choice, code, output }).toEqual({
        choice,
        code: choice === 'approve' ? 0 : 1,
        output: expect.stringContaining(
          choice === 'approve' ? 'successfully authenticated' : 'Authentication failure',
        ),
      });
      expect(phone.shown().length - before).toBe(1);
    }
  }, 60_000);
});

test('H40-2 a code that is asked for, again after a wrong one', async () => {
  const { code, output } = await login(
    'countersign',
    otto.username,
    'desk.example.test',
    ['Enter the code', () => otto.wrongCode(1)],
    ['That code was wrong', () => otto.rightCode()],
  );
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('successfully authenticated'),
  });
});

test('OpenVPN’s plugin knows an answer to all that PAM asks', async () => {
  const conf = readFileSync(join(examples, 'openvpn/server.conf'), 'utf8');
  const words = /^plugin \S+ "openvpn (.*)"$/m.exec(conf)?.[1]?.split(' ') ?? [];
  const answers = { USERNAME: olga.username, PASSWORD: 'anything', OTP: olga.rightCode() };
  const pairs = words.flatMap((word, at): readonly Typed[] => {
    const name = words[at + 1];
    const answer = Object.entries(answers).find(([known]) => known === name)?.[1];
    // It compares without regard to case, and so do we.
    return answer === undefined ? [] : [[word, () => answer]];
  });
  expect(pairs.map(([word]) => word)).toEqual(['login', 'password', 'enter']);
  const { code, output } = await pam.login({
    service: 'openvpn',
    username: olga.username,
    host: 'vpn.example.test',
    answers: pairs.slice(1),
  });
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('successfully authenticated'),
  });
});
