import { once } from 'node:events';
import {
  createServer as createHttp,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import { tlsOptions } from '../runtime/tlsOptions.ts';

export type ListenOptions = {
  readonly host: string;
  readonly headerBytes: number;
  readonly headerMs: number;
};

/** .NET keeps a connection for up to 100 s between calls. */
const httpOptions = ({ headerBytes, headerMs }: ListenOptions): ServerOptions => ({
  maxHeaderSize: headerBytes,
  headersTimeout: headerMs,
  requestTimeout: 30_000,
  keepAliveTimeout: 125_000,
  noDelay: true,
});

export type Listener = {
  readonly port: number;
  /** Takes nothing new at once; open calls get this long. */
  stop(graceMs: number): Promise<void>;
};

const listen = async (server: Server, host: string, port: number): Promise<Listener> => {
  server.listen(port, host);
  await once(server, 'listening'); // A port in use rejects here, with its number in the error.
  return {
    port: portOf(server),
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(late);
    },
  };
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a listener has a port');
  return address.port;
};

export const listenHttp = (handler: RequestListener, options: ListenOptions, port: number) =>
  listen(createHttp(httpOptions(options), handler), options.host, port);

export const listenHttps = (
  handler: RequestListener,
  options: ListenOptions,
  port: number,
  pair: { readonly cert: string; readonly key: string },
) =>
  listen(
    createHttps(
      { ...httpOptions(options), ...tlsOptions, cert: pair.cert, key: pair.key },
      handler,
    ),
    options.host,
    port,
  );
