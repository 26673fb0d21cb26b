import { once } from 'node:events';
import {
  createServer as createHttp,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
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

/** How often a stopping listener looks for connections that have nothing more to say. */
const sweepMs = 50;

/**
 * A handler that takes nothing new once it is closed: a call on a connection that was kept is told to come again,
 * just as a new connection would be refused (REL-14). What is being answered goes on.
 */
const closable = (handler: RequestListener): { handler: RequestListener; close(): void } => {
  const answering = new Set<ServerResponse>();
  let closed = false;
  return {
    handler(request, response) {
      if (closed) {
        response.writeHead(503, { 'Retry-After': '1', Connection: 'close' }).end();
        return;
      }
      answering.add(response);
      response.once('close', () => answering.delete(response));
      handler(request, response);
    },
    close() {
      closed = true;
      for (const response of answering)
        // A stream has no end of its own; its reader goes on elsewhere from its last id.
        if (response.getHeader('Content-Type') === 'text/event-stream') response.end();
        else if (!response.headersSent) response.setHeader('Connection', 'close');
    },
  };
};

const listen = async (
  make: (handler: RequestListener) => Server,
  handler: RequestListener,
  host: string,
  port: number,
): Promise<Listener> => {
  const calls = closable(handler);
  const server = make(calls.handler);
  server.listen(port, host);
  await once(server, 'listening'); // A port in use rejects here, with its number in the error.
  return {
    port: portOf(server),
    async stop(graceMs) {
      calls.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweep);
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
  listen((calls) => createHttp(httpOptions(options), calls), handler, options.host, port);

const clientsOf = ({ clientAuthorities }: { readonly clientAuthorities?: string }) =>
  clientAuthorities === undefined
    ? {}
    : { requestCert: true, rejectUnauthorized: false, ca: clientAuthorities };

export const listenHttps = (
  handler: RequestListener,
  options: ListenOptions,
  port: number,
  pair: {
    readonly cert: string;
    readonly key: string;
    /** PEM; whoever shows no certificate of theirs is served all the same, as nobody in particular. */
    readonly clientAuthorities?: string;
  },
) =>
  listen(
    (calls) =>
      createHttps(
        {
          ...httpOptions(options),
          ...tlsOptions,
          ...clientsOf(pair),
          cert: pair.cert,
          key: pair.key,
        },
        calls,
      ),
    handler,
    options.host,
    port,
  );
