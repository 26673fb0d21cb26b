import { spawn } from 'node:child_process';
import type { NtResponse, Refusal } from './port.ts';

/** Verifications at one time; each is a process that waits for a domain controller. */
const maxAtOnce = 16;
const maxQueued = 500;
const maxOutputOctets = 8_192;
const timeoutMs = 10_000;

export type NtAccount = { readonly domain: string; readonly account: string };

export type NtAnswer =
  | { readonly kind: 'accepted'; readonly passwordHashHash: Buffer }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  | { readonly kind: 'failed'; readonly fault: string };

/** The domain's own verifier of MS-CHAPv2: `ntlm_auth` of Samba's winbind. */
export type NtVerifier = (account: NtAccount, response: NtResponse) => Promise<NtAnswer>;

/**
 * What winbind says of a login that it refuses. These are words and no codes, so they decide nothing but the reason that
 * the log shows; all others mean a wrong password or name.
 */
const reasons: readonly (readonly [RegExp, Refusal])[] = [
  [/must (?:be )?change/i, 'mustChangePassword'],
  [/password (?:has )?expired/i, 'passwordExpired'],
  [/account (?:has )?expired/i, 'accountExpired'],
  [/locked/i, 'accountLocked'],
  [/disabled/i, 'accountDisabled'],
  [/logon hours|time of day/i, 'notAtThisTime'],
  [/workstation/i, 'notFromHere'],
];
/** Words for trouble of winbind's own, in which nobody looked at the response. */
const trouble =
  /winbind|logon server|domain controller|access denied|RPC|timed? ?out|unsuccessful|undetermined|not (?:be )?found on server|no such domain|connection|network/i;

const field = (output: string, name: string): string | undefined =>
  output
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)
    .trim();

/** Reads an answer of the protocol `ntlm-server-1` (ntlm_auth(1)). */
export const readAnswer = (output: string): NtAnswer => {
  const verdict = field(output, 'Authenticated');
  if (verdict === 'Yes') {
    const key = field(output, 'User-Session-Key') ?? '';
    return /^[0-9A-F]{32}$/i.test(key)
      ? { kind: 'accepted', passwordHashHash: Buffer.from(key, 'hex') }
      : { kind: 'failed', fault: 'ntlm_auth gives no key' };
  }
  const said = field(output, 'Authentication-Error');
  if (verdict !== 'No' || said === undefined || trouble.test(said))
    return { kind: 'failed', fault: 'ntlm_auth reaches no domain controller' };
  const reason = reasons.find(([words]) => words.test(said))?.[1] ?? 'wrongPassword';
  return { kind: 'refused', reason };
};

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const requestOf = ({ domain, account }: NtAccount, { challenge, response }: NtResponse): string =>
  [
    `Username:: ${base64(account)}`,
    `NT-Domain:: ${base64(domain)}`,
    `LANMAN-Challenge: ${challenge.toString('hex')}`,
    `NT-Response: ${response.toString('hex')}`,
    'Request-User-Session-Key: Yes',
    '.',
    '',
  ].join('\n');

/** One process, one login: what proves it goes through a pipe, since the system shows arguments to everybody. */
const verifyBy = (program: string, request: string): Promise<NtAnswer> =>
  new Promise((resolve) => {
    const child = spawn(program, ['--helper-protocol=ntlm-server-1', '--allow-mschapv2'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const end = (answer: NtAnswer): void => {
      child.kill('SIGKILL');
      resolve(answer);
    };
    child.once('error', () => end({ kind: 'failed', fault: 'ntlm_auth does not run' }));
    // A program that ends at once takes nothing; its end says so.
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      output += text;
      if (output.length > maxOutputOctets)
        end({ kind: 'failed', fault: 'ntlm_auth says too much' });
      else if (/^\.$/m.test(output)) end(readAnswer(output));
    });
    child.once('close', () => end({ kind: 'failed', fault: 'ntlm_auth gave no answer' }));
    child.stdin.write(request);
  });

/** @param program path of `ntlm_auth` */
export const ntlmAuth = (program: string): NtVerifier => {
  let atWork = 0;
  const queue: (() => void)[] = [];
  const turn = async (): Promise<boolean> => {
    if (atWork >= maxAtOnce) {
      if (queue.length >= maxQueued) return false;
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    atWork += 1;
    return true;
  };
  return async (account, response) => {
    if (!(await turn())) return { kind: 'failed', fault: 'too many logins at one time' };
    try {
      return await verifyBy(program, requestOf(account, response));
    } finally {
      atWork -= 1;
      queue.shift()?.();
    }
  };
};
