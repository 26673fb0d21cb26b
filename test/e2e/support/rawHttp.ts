import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { ServerProcess } from './serverProcess.ts';

export type RawCall = {
  readonly secure: boolean;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

const timeoutMs = 30_000;

export type RawClient = { call(call: RawCall): Promise<RawAnswer>; close(): void };

/** Sends whatever it is given to one server; a path may hold anything that fits a request line. */
export const rawClient = ({ info }: ServerProcess): RawClient => {
  const agents = {
    plain: new HttpAgent({ keepAlive: true }),
    secure: new HttpsAgent({ keepAlive: true, ca: readFileSync(info.ca) }),
  };
  return {
    close() {
      agents.plain.destroy();
      agents.secure.destroy();
    },
    call: ({ secure, method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const url = new URL(secure ? info.https : info.http);
        const send = secure ? httpsRequest : httpRequest;
        const sending = send(
          {
            agent: secure ? agents.secure : agents.plain,
            host: url.hostname,
            port: url.port,
            method,
            path,
            timeout: timeoutMs,
            headers: {
              ...headers,
              ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.once('error', reject);
            response.once('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString(),
              }),
            );
          },
        );
        sending.once('error', reject);
        sending.once('timeout', () => sending.destroy(new Error(`no answer: ${method} ${path}`)));
        sending.end(body);
      }),
  };
};

/** Sends the head of a request over TLS and no byte of its body. @returns what came back within the time */
export const headOnly = (
  { info }: ServerProcess,
  head: readonly string[],
  withinMs: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(info.https);
    let heard = '';
    const socket: TLSSocket = connect(
      { host: hostname, port: Number(port), servername: 'localhost', ca: readFileSync(info.ca) },
      () => socket.write(`${[...head, `Host: ${hostname}:${port}`].join('\r\n')}\r\n\r\n`),
    );
    const done = (): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(heard);
    };
    const late = setTimeout(done, withinMs);
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.includes('\r\n\r\n')) done();
    });
    socket.once('error', reject);
  });
