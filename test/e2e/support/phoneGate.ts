import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServerProcess } from './serverProcess.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('../mono/', import.meta.url));
const example = fileURLToPath(new URL('../../../examples/mim/phone-gate/', import.meta.url));

/** What both servers of MIM heard, each answer once. */
export type GateRun = {
  /** By the one that began; the other repeats it. */
  readonly begun: string;
  readonly ended: readonly string[];
  readonly texts: readonly string[];
  /** About ids that nobody has given. */
  readonly unknown: readonly string[];
  readonly requestId: string;
};

export type PhoneGate = {
  /** Plays MIM with several threads at each of its servers. */
  play(phone: string, threads: number): Promise<GateRun>;
};

/**
 * Compiles MIM's custom phone provider and what plays MIM with Mono. Each of MIM's servers calls the nodes in the order that
 * is given for it.
 */
export const buildPhoneGate = async (options: {
  readonly home: string;
  readonly token: string;
  readonly orders: readonly (readonly ServerProcess[])[];
}): Promise<PhoneGate> => {
  const { home, token, orders } = options;
  mkdirSync(home, { recursive: true });
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
  const at = (name: string): string => join(home, name);
  await run('cert-sync', ['--user', orders[0]![0]!.info.ca], { env });

  const mim = at('Microsoft.IdentityManagement.PhoneServiceProvider.dll');
  await run('mcs', ['-target:library', `-out:${mim}`, join(here, 'PhoneServiceProvider.cs')]);
  const gate = at('CountersignPhoneGate.dll');
  const sources = readdirSync(example).filter((name) => name.endsWith('.cs'));
  const references = ['System.Runtime.Serialization', 'System.Xml', 'System.Xml.Linq'];
  await run('mcs', [
    '-target:library',
    `-out:${gate}`,
    `-r:${mim},${references.join(',')}`,
    ...sources.map((name) => join(example, name)),
  ]);
  const program = at('PhoneGateHarness.exe');
  await run('mcs', [`-out:${program}`, `-r:${mim}`, join(here, 'PhoneGateHarness.cs')]);

  writeFileSync(at('token.txt'), `${token}\n`);
  chmodSync(at('token.txt'), 0o600);
  const settings = orders.map((servers, index) => {
    const file = at(`server-${index}.xml`);
    const lines = servers.map(({ info }) => `<server>${info.https}</server>`).join('');
    writeFileSync(
      file,
      `<phoneGate>${lines}<tokenFile>token.txt</tokenFile><application>Password reset</application></phoneGate>`,
    );
    return file;
  });
  return {
    async play(phone, threads) {
      const { stdout } = await run('mono', [program, gate, phone, String(threads), ...settings], {
        env,
        timeout: 120_000,
      });
      return JSON.parse(stdout) as GateRun;
    },
  };
};
