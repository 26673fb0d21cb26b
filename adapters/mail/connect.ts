import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { liesIn } from '../../domain/addresses.ts';

export type SmtpTarget = {
  readonly host: string;
  readonly port: number;
  /** Without TLS the server must stand on this machine. */
  readonly loopbackOnly: boolean;
  readonly timeoutMs: number;
};

/** The rules forbid to connect there (SEC-62). */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
  readonly code = 'ETARGET';
}

/** Submission and relay (RFC 8314, RFC 6409), and what relays use where these are taken. */
const mailPorts: ReadonlySet<number> = new Set([25, 465, 587, 2525]);
const loopback = ['127.0.0.0/8', '::1'];
/** Nothing that takes mail; the link-local range is where clouds hand out their credentials. */
const never = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::/32',
];

/** Whether mail may go to this very address. Servers within the own network are the usual case. */
export const mayConnect = (
  address: string,
  { port, loopbackOnly }: Pick<SmtpTarget, 'port' | 'loopbackOnly'>,
): boolean => {
  if (liesIn(address, loopback)) return true;
  return !loopbackOnly && mailPorts.has(port) && !liesIn(address, never);
};

/**
 * Connects to one of the host's addresses. All of them are checked at this very moment, and the connection is made to the
 * address that was checked: a name that changes its mind in between gains nothing.
 * @throws {TargetRefused}
 */
export const connectTo = async (target: SmtpTarget): Promise<Socket> => {
  const { host, port, timeoutMs } = target;
  const addresses =
    isIP(host) === 0 ? await lookup(host, { all: true, verbatim: true }) : [{ address: host }];
  if (addresses.length === 0 || !addresses.every(({ address }) => mayConnect(address, target)))
    throw new TargetRefused('no mail server is to be reached at this address and port');
  let last: unknown;
  for (const { address } of addresses) {
    try {
      return await connected(address, port, timeoutMs / addresses.length);
    } catch (error) {
      last = error;
    }
  }
  throw last;
};

const connected = (host: string, port: number, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const late = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(late);
      // Its next owner listens for itself; until then nothing may be thrown.
      socket.removeAllListeners('error').on('error', () => {});
      resolve(socket);
    });
  });
