import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addSdkAccount } from './support/people.ts';
import { pocketPhone, type PocketPhone } from './support/pocketPhone.ts';
import { sdkPath } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* SOAP clients that nobody here wrote do the same story, each from our description or by its own habits. */

const run = promisify(execFile);
const data = temporaryData();
const user = 'jürgen@example.org';
let server: ServerProcess;
let phone: PocketPhone;
let watching: ReturnType<PocketPhone['watch']>;
let account: { username: string; password: string };

beforeAll(async () => {
  server = await serve({ data: data.path });
  const { rest, info } = server;
  account = await addSdkAccount(rest, 'svc', false);
  await rest.ok('PATCH', '/settings', { numberMatching: 'off', duplicateGraceSeconds: 0 });
  await rest.ok('POST', '/users', { username: user, firstName: 'Jürgen', method: 'app' });
  const { url, code } = await rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${encodeURIComponent(user)}/activations`,
    {},
  );
  phone = await pocketPhone({ folder: `${data.path}-phone`, ca: info.ca, url, code });
  watching = phone.watch('approve');
}, 180_000);
afterAll(async () => {
  await watching.stop();
  phone.close();
  await data.remove();
});

const story = (name: string): string =>
  fileURLToPath(new URL(`soapClients/${name}`, import.meta.url));

test.each([
  // The system's own interpreter: that one has the packages.
  ['zeep of Python', '/usr/bin/python3', 'story.py', 2],
  ['SoapClient of PHP', 'php', 'story.php', 2],
  ['SOAP::Lite of Perl', '/usr/bin/perl', 'story.pl', 1],
])(
  'H60-1 %s verifies, reads, bypasses and is told errors, over every version of SOAP that it speaks',
  async (name, program, file, versions) => {
    const { username, password } = account;
    const { https, ca } = server.info;
    const inputs = [https + sdkPath, ca, username, password, user, 'jörg@nirgendwo.example', name];
    const { stdout } = await run(program, [story(file), ...inputs], { timeout: 100_000 });
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(told).toHaveLength(versions);
    for (const answer of told)
      expect(answer).toEqual({
        security: 'secure',
        approved: true,
        callCode: 21,
        requestId: expect.stringMatching(/^[0-9A-F]{32}$/),
        error: 0,
        firstName: 'Jürgen',
        enabled: true,
        mode: 'phoneApp',
        unknown: false,
        unknownError: 9020,
        unknownText: 'User not found.',
        bypassed: true,
        bypassCode: 7,
      });
  },
);
