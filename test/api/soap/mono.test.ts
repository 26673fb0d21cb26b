import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBasic } from '../../../api/soap/basicAuth.ts';
import { pfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { fakeFacade } from './fakeFacade.ts';
import { sdkPath, startServer } from './soapServer.ts';
import type { SoapServer } from './soapServer.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('Caller.cs', import.meta.url));
const asked: (string | undefined)[] = [];
let server: SoapServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-mono-'));
  server = await startServer(
    pfWsSdk({
      facade: fakeFacade(),
      authenticate: async ({ authorization }) => {
        const credentials = readBasic(authorization);
        asked.push(credentials?.username);
        return credentials?.password === 'pä:s'
          ? {
              kind: 'ok',
              caller: {
                caller: { actor: { kind: 'serviceAccount', id: 'svc' }, channel: 'sdk' },
                secure: true,
              },
            }
          : { kind: 'unauthorized' };
      },
      onError: (error) => {
        throw error;
      },
    }),
  );
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const printed = [
  'secure',
  'True 21 Mobile App Authenticated R1 0',
  'True phoneApp S-1',
  '0 9020',
  'True Alice@example.org',
];

test('a .NET-style proxy made from the description calls it, over both versions of SOAP', async () => {
  const address = `http://127.0.0.1:${server.port}${sdkPath}`;
  const proxy = join(folder, 'PfWsSdk.cs');
  const program = join(folder, 'Caller.exe');
  await run('wsdl', [
    '-nologo',
    '-username:svc',
    '-password:pä:s',
    `-out:${proxy}`,
    `${address}?WSDL`,
  ]);
  await run('mcs', ['-nologo', '-r:System.Web.Services', `-out:${program}`, source, proxy]);
  const { stdout } = await run('mono', [program, address]);
  expect(stdout.trim().split('\n')).toEqual([...printed, ...printed]);
  // The proxy asks without credentials first, each time; nobody was looked up for that.
  expect(asked.slice(1)).toEqual(Array.from({ length: 10 }, () => 'CORP\\svc'));
}, 60_000);
