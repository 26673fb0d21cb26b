import { spawn } from 'node:child_process';

/** What radclient had from us; its codes and attributes as it prints them. */
export type RadiusAnswer = {
  readonly code: string | undefined;
  readonly attributes: readonly (readonly [string, string])[];
  readonly output: string;
};

const received = /^Received (\S+) Id /;
/** Each of these begins with its proof (SEC-05); radclient itself checks only that a proof is right. */
const proven: ReadonlySet<string | undefined> = new Set([
  'Access-Accept',
  'Access-Reject',
  'Access-Challenge',
]);
const attribute = /^\t(\S+) = (.*)$/;

const read = (output: string, byProxy: boolean): RadiusAnswer => {
  const lines = output.split('\n');
  const at = lines.findIndex((line) => received.test(line));
  const attributes: (readonly [string, string])[] = [];
  for (const line of at < 0 ? [] : lines.slice(at + 1)) {
    const [, name, value] = attribute.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    attributes.push([name, value]);
  }
  const code = received.exec(lines[at] ?? '')?.[1];
  if (!byProxy && proven.has(code) && attributes[0]?.[0] !== 'Message-Authenticator')
    throw new Error(`SEC-05: a reply does not begin with its proof:\n${output}`);
  return { code, attributes, output };
};

export type RadiusCall = {
  /** `address:port` of the server. */
  readonly to: string;
  readonly secret: string;
  /** `Name = value` each, as radclient reads them. */
  readonly attributes: readonly string[];
  readonly kind?: 'auth' | 'acct' | 'status';
  /** Seconds until the packet is sent again, and how often it is sent in all. */
  readonly timeout?: number;
  readonly tries?: number;
  /** It is a proxy's reply and not ours that comes back. */
  readonly byProxy?: boolean;
};

/** FreeRADIUS's radclient: it checks the Response Authenticator and what proof there is. */
export const radclient = async (call: RadiusCall): Promise<RadiusAnswer> => {
  const { to, secret, attributes, kind = 'auth', timeout = 60, tries = 1, byProxy = false } = call;
  const args = ['-x', '-t', String(timeout), '-r', String(tries), to, kind, secret];
  const child = spawn('radclient', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(`${attributes.join('\n')}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  return read(output, byProxy);
};

export const valueOf = ({ attributes }: RadiusAnswer, name: string): string | undefined =>
  attributes.find(([known]) => known === name)?.[1];
