import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How a program that signs people in with PAM fared. */
export type PamRun = {
  readonly code: number | null;
  /** What it has asked, and said. */
  readonly output: string;
};

const wrapper = 'libpam_wrapper.so';

/** PAM services of our own, in a folder: libpam_wrapper lets a program find them there. */
export const pamServices = (options: {
  readonly folder: string;
  /** Service files of /etc/pam.d. */
  readonly services: readonly string[];
  /** What /etc/pam_radius_auth.conf holds. */
  readonly radius: string;
}) => {
  const { folder, services, radius } = options;
  const pamd = join(folder, 'pam.d');
  mkdirSync(pamd, { recursive: true });
  const conf = join(folder, 'pam_radius_auth.conf');
  writeFileSync(conf, radius, { mode: 0o600 });
  writeFileSync(join(pamd, 'other'), 'auth required pam_deny.so\naccount required pam_deny.so\n');
  for (const service of services) {
    const file = join(pamd, basename(service));
    cpSync(service, file);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('/etc/pam_radius_auth.conf', conf));
  }
  return {
    /** Signs somebody in; each answer is typed when the prompt that is its key has come. */
    async login(login: {
      readonly service: string;
      readonly username: string;
      readonly host: string;
      readonly answers: readonly (readonly [prompt: string, answer: () => string])[];
    }): Promise<PamRun> {
      const { service, username, host, answers } = login;
      const child = spawn(
        'setpriv',
        [
          '--pdeathsig',
          'KILL',
          'pamtester',
          '-I',
          `rhost=${host}`,
          service,
          username,
          'authenticate',
          'acct_mgmt',
        ],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          env: {
            ...process.env,
            LD_PRELOAD: wrapper,
            PAM_WRAPPER: '1',
            PAM_WRAPPER_SERVICE_DIR: pamd,
          },
        },
      );
      let output = '';
      let from = 0;
      let next = 0;
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          const [prompt, answer] = answers[next] ?? [];
          if (
            prompt === undefined ||
            !output.slice(from).toLowerCase().includes(prompt.toLowerCase())
          )
            return;
          next += 1;
          from = output.length;
          child.stdin.write(`${answer!()}\n`);
        });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, output };
    },
  };
};
