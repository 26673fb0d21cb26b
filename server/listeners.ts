import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
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

/** How often connections are looked through whose request is late: Node's own 30 s would give them four times as long. */
const lateCheckMs = 1_000;

/** .NET keeps a connection for up to 100 s between calls. */
const httpOptions = ({ headerBytes, headerMs }: ListenOptions): ServerOptions => ({
  maxHeaderSize: headerBytes,
  headersTimeout: headerMs,
  requestTimeout: 30_000,
  connectionsCheckingInterval: lateCheckMs,
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
 * What Node lets pass and somebody in between may have read otherwise (SEC-88): a version before 1.0, which has no
 * headers at all; chunks in 1.0, which knows none (RFC 9112 §6.1); a second name of the host (§3.2).
 * @returns the status of the refusal
 */
const refusedAs = (request: IncomingMessage): 400 | 505 | undefined => {
  const { rawHeaders, headers, httpVersionMajor, httpVersion } = request;
  if (httpVersionMajor !== 1) return 505;
  if (httpVersion === '1.0' && headers['transfer-encoding'] !== undefined) return 400;
  const hosts = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host');
  return hosts.length > 1 ? 400 : undefined;
};

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
      const refusal = refusedAs(request);
      if (refusal !== undefined) {
        response.writeHead(refusal, { Connection: 'close' }).end();
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
          // Nobody has said anything before the handshake is done, so the time for headers is enough.
          handshakeTimeout: options.headerMs,
          cert: pair.cert,
          key: pair.key,
        },
        calls,
      ),
    handler,
    options.host,
    port,
  );
