import { once } from 'node:events';
import { isIP } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Syslog, SyslogConnection, SyslogTarget } from './port.ts';

/** For the connection, for what was sent, and for the receiver's end. */
const patienceMs = 10_000;

/** The addresses that may be connected to for a name. @throws where none may be */
type Resolve = (host: string, port: number) => Promise<readonly { readonly address: string }[]>;

const withinPatience = async <Result>(
  socket: TLSSocket,
  what: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  try {
    return await work(late.signal);
  } catch (error) {
    socket.destroy();
    if (late.signal.aborted)
      throw new Error(`the receiver did not ${what} in time`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const connectionOn = (socket: TLSSocket): SyslogConnection => {
  let fault: Error | undefined;
  let isClosed = false;
  socket.on('error', (error) => (fault ??= error));
  socket.once('close', () => (isClosed = true));
  // Receivers say nothing; reading is how their end is seen.
  socket.resume();
  const ensureOpen = (): void => {
    if (fault) throw fault;
    if (isClosed || socket.readableEnded) throw new Error('the receiver has ended the connection');
  };
  return {
    async send(frames) {
      ensureOpen();
      if (socket.write(frames)) return;
      await withinPatience(socket, 'take what it was sent', async (signal) => {
        // A receiver that goes away never drains.
        await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
        ensureOpen();
      });
    },
    async confirm() {
      ensureOpen();
      let hasEnded = false;
      socket.once('end', () => (hasEnded = true));
      socket.end();
      await withinPatience(socket, 'end the connection', async (signal) => {
        await once(socket, 'close', { signal });
        if (fault) throw fault;
        if (!hasEnded) throw new Error('the connection broke before its end');
      });
    },
    destroy: () => void socket.destroy(),
  };
};

/** Syslog over TLS 1.2 or newer; the receiver's certificate is checked always (RFC 5425 §4.2, §5.2). */
export const syslogOverTls = (resolve: Resolve): Syslog => ({
  async connect({ host, port, serverName = host, ca }: SyslogTarget) {
    const [target] = await resolve(host, port);
    if (!target) throw new Error('the name of the receiver has no address');
    const socket = connectTls({
      host: target.address,
      port,
      minVersion: 'TLSv1.2',
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      // An address is connected to, a name is checked.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
      ...(ca === undefined ? {} : { ca }),
    });
    await withinPatience(socket, 'take the connection', (signal) =>
      once(socket, 'secureConnect', { signal }),
    );
    return connectionOn(socket);
  },
});
