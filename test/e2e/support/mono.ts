import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the C# program of a MIM workflow prints: everything that the proxy gave it. */
export type MimRun = {
  readonly security?: string;
  readonly canonicalized?: boolean;
  readonly canonicalUsername?: string;
  readonly canonicalError?: number;
  readonly result?: boolean;
  readonly callCode?: number;
  readonly callDescription?: string;
  readonly requestId?: string;
  readonly errorCode?: number;
  readonly errorDescription?: string;
  /** HTTP status where the call did not reach SOAP. */
  readonly http?: number;
};

export type MimProgram = {
  run(
    account: {
      readonly username: string;
      readonly password: string;
    },
    user: string,
    requireUserMatch: boolean,
  ): Promise<MimRun>;
};

const source = fileURLToPath(new URL('../mono/MimScript.cs', import.meta.url));

/**
 * Has Mono's `wsdl` make the proxy from the server's own description, over HTTPS with Basic authentication, as
 * an administrator would with .NET, and compiles the program of a MIM workflow against it.
 * @param home folder for the certificate store and the program
 */
export const buildMimProgram = async (options: {
  readonly url: string;
  readonly ca: string;
  readonly home: string;
  readonly account: { readonly username: string; readonly password: string };
}): Promise<MimProgram> => {
  const { url, ca, home, account } = options;
  mkdirSync(home, { recursive: true });
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
  await run('cert-sync', ['--user', ca], { env });
  const proxy = join(home, 'PfWsSdk.cs');
  await run(
    'wsdl',
    [
      `-out:${proxy}`,
      `-username:${account.username}`,
      `-password:${account.password}`,
      `${url}?WSDL`,
    ],
    { env, cwd: home },
  );
  const exe = join(home, 'MimScript.exe');
  await run('mcs', [`-out:${exe}`, '-r:System.Web.Services', proxy, source], { env });
  return {
    async run({ username, password }, user, requireUserMatch) {
      const { stdout } = await run(
        'mono',
        [exe, url, username, password, user, String(requireUserMatch)],
        { env, timeout: 120_000 },
      );
      return JSON.parse(stdout) as MimRun;
    },
  };
};
