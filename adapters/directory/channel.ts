import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import { liesIn } from '../../domain/addresses.ts';
import { ServerFault, type DirectoryServer } from './settings.ts';
import { startsTls, startTlsRequest } from './startTls.ts';

/** No directory is there; the link-local range is where clouds hand out their credentials. */
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

const addressesOf = async (host: string): Promise<readonly string[]> => {
  const found =
    isIP(host) === 0 ? await lookup(host, { all: true, verbatim: true }) : [{ address: host }];
  const addresses = found.map(({ address }) => address);
  if (addresses.length === 0 || addresses.some((address) => liesIn(address, never)))
    throw new ServerFault('no directory is to be reached at this address');
  return addresses;
};

/** Whoever waits hears of it; an error that nobody listens for would end the thread. */
const ignored = (): void => undefined;

const connected = async (address: string, port: number, signal: AbortSignal): Promise<Socket> => {
  const socket = connect({ host: address, port });
  socket.on('error', ignored);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
};

/** The first of the name's addresses that takes the connection. */
const reached = async ({ host, port }: DirectoryServer, signal: AbortSignal): Promise<Socket> => {
  let last: unknown;
  for (const address of await addressesOf(host)) {
    try {
      return await connected(address, port, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      last = error;
    }
  }
  throw last;
};

/** Certificates are checked always (RFC 4513 §3.1.3). */
const secured = async (
  socket: Socket,
  { serverName, ca }: DirectoryServer,
  signal: AbortSignal,
): Promise<TLSSocket> => {
  const secure = connectTls({
    socket,
    minVersion: 'TLSv1.2',
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
    ...(ca === undefined ? {} : { ca }),
  });
  secure.on('error', ignored);
  await once(secure, 'secureConnect', { signal });
  return secure;
};

const startTls = (socket: Socket, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let octets: Buffer = Buffer.alloc(0);
    const end = (fault?: unknown): void => {
      socket.pause().off('data', take).off('close', gone);
      signal.removeEventListener('abort', gone);
      if (fault === undefined) resolve();
      else reject(fault);
    };
    const gone = (): void => end(new ServerFault('the connection ended before TLS began'));
    const take = (chunk: Buffer): void => {
      octets = Buffer.concat([octets, chunk]);
      try {
        if (startsTls(octets)) end();
      } catch {
        end(new ServerFault('the server does not start TLS'));
      }
    };
    socket.on('data', take).once('close', gone);
    signal.addEventListener('abort', gone, { once: true });
    socket.write(startTlsRequest);
  });

/** A connection over which a password may go, as the server's settings want it. */
export const openChannel = async (
  server: DirectoryServer,
  signal: AbortSignal,
): Promise<Socket> => {
  const socket = await reached(server, signal);
  try {
    if (server.security === 'none') return socket;
    if (server.security === 'startTls') await startTls(socket, signal);
    return await secured(socket, server, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
};
