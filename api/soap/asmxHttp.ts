import { TLSSocket } from 'node:tls';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request shows of its sender before its body is touched. */
export type Credentials = {
  readonly authorization?: string;
  readonly tls: {
    readonly encrypted: boolean;
    /** DER; only one whose chain the server trusts. */
    readonly clientCertificate?: Buffer;
  };
};

export const credentialsOf = ({ headers, socket }: IncomingMessage): Credentials => {
  const { authorization } = headers;
  const clientCertificate = trustedCertificate(socket);
  return {
    ...(authorization === undefined ? {} : { authorization }),
    tls: {
      encrypted: socket instanceof TLSSocket,
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    },
  };
};

const trustedCertificate = (socket: IncomingMessage['socket']): Buffer | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  // Typed as always there, but a peer without certificate gives an empty object.
  const { raw }: { raw?: Buffer } = socket.getPeerCertificate();
  return raw;
};

/** The request target: path as sent, and the name and value of the first query parameter. */
export type Target = { readonly path: string; readonly query: string; readonly value: string };

export const readTarget = (url: string | undefined): Target => {
  const [path = '', query = ''] = (url ?? '').split('?', 2);
  const [first = ''] = query.split('&', 1);
  const [name = '', value = ''] = first.split('=', 2);
  return { path, query: name.toLowerCase(), value };
};

/** A host that may stand in an address that we hand out: name, IPv4 or bracketed IPv6, and a port. */
const hostPattern = /^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;

/**
 * Public address of a path: below the configured base, else what the caller called us by.
 * @returns undefined where neither is there
 */
export const addressOf = (
  path: string,
  publicUrl: string | undefined,
  host: string | undefined,
): string | undefined => {
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '') + path;
  return host !== undefined && hostPattern.test(host) ? `https://${host}${path}` : undefined;
};

export type Reply = {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

/** Sends a whole answer; its length is always told, so that HTTP/1.0 callers can keep the connection. */
export const send = (response: ServerResponse, reply: Reply): void => {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(reply.body ?? '');
  response.removeHeader('X-Powered-By');
  response.writeHead(reply.status, {
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(reply.type === undefined ? {} : { 'Content-Type': reply.type }),
    ...reply.headers,
    'Content-Length': body.length,
  });
  response.end(body);
};

/** A refusal before SOAP begins: one line of text. */
export const textReply = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${text}\n`,
  headers,
});
