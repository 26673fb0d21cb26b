import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** An HTTP listener: `http://…` or `https://…`, with the path of the authority's PEM. */
export type ListenerAddress = { readonly origin: string; readonly ca: string };

/** A connection that says exactly what it is told to. */
export type RawSocket = {
  readonly socket: Socket;
  /** Everything heard so far, as latin1. */
  heard(): string;
  isClosed(): boolean;
  /** When it was closed, of `performance.now()`. */
  closedAt(): number | undefined;
  /** Resolves once the other side has closed, or when the time is over. */
  closed(withinMs: number): Promise<boolean>;
};

export const rawSocket = async ({ origin, ca }: ListenerAddress): Promise<RawSocket> => {
  const { hostname, port, protocol } = new URL(origin);
  const to = { host: hostname, port: Number(port) };
  const isSecure = protocol === 'https:';
  const socket = isSecure
    ? connectTls({ ...to, servername: 'localhost', ca: readFileSync(ca) })
    : connectPlain(to);
  let heard = '';
  let closedAt: number | undefined;
  socket.setEncoding('latin1').on('data', (text: string) => (heard += text));
  const gone = new Promise<true>((resolve) => {
    socket.once('close', () => {
      closedAt = performance.now();
      resolve(true);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(isSecure ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
  });
  // A server that refuses may end the connection while we still speak.
  socket.on('error', () => {});
  return {
    socket,
    heard: () => heard,
    isClosed: () => closedAt !== undefined,
    closedAt: () => closedAt,
    async closed(withinMs) {
      let late: NodeJS.Timeout | undefined;
      const over = new Promise<false>((resolve) => {
        late = setTimeout(() => resolve(false), withinMs);
      });
      return await Promise.race([gone, over]).finally(() => clearTimeout(late));
    },
  };
};
