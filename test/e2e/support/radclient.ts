import { spawn } from 'node:child_process';

/** What radclient had from us; its codes and attributes as it prints them. */
export type RadiusAnswer = {
  readonly code: string | undefined;
  readonly attributes: readonly (readonly [string, string])[];
  readonly output: string;
};

const received = /^Received (\S+) Id /;
const attribute = /^\t(\S+) = (.*)$/;

const read = (output: string): RadiusAnswer => {
  const lines = output.split('\n');
  const at = lines.findIndex((line) => received.test(line));
  const attributes: (readonly [string, string])[] = [];
  for (const line of at < 0 ? [] : lines.slice(at + 1)) {
    const [, name, value] = attribute.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    attributes.push([name, value]);
  }
  return { code: received.exec(lines[at] ?? '')?.[1], attributes, output };
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
};

/** FreeRADIUS's radclient: it checks the Response Authenticator and what proof there is. */
export const radclient = async (call: RadiusCall): Promise<RadiusAnswer> => {
  const { to, secret, attributes, kind = 'auth', timeout = 60, tries = 1 } = call;
  const args = ['-x', '-t', String(timeout), '-r', String(tries), to, kind, secret];
  const child = spawn('radclient', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(`${attributes.join('\n')}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  return read(output);
};

export const valueOf = ({ attributes }: RadiusAnswer, name: string): string | undefined =>
  attributes.find(([known]) => known === name)?.[1];
