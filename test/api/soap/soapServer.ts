import { createServer, request as httpRequest } from 'node:http';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};
export type Sent = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

export const sdkPath = '/MultiFactorAuthWebServiceSdk/PfWsSdk.asmx';
export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
export const envelope = (content: string, namespace = soap11): string =>
  `<soap:Envelope xmlns:soap="${namespace}"><soap:Body>${content}</soap:Body></soap:Envelope>`;

/** A real server on a free port of the loopback, with the two ways to talk to it that the tests need. */
export const startServer = async (handler: RequestListener): Promise<SoapServer> => {
  const server = createServer(handler).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 120_000; // As contracts/sdk-soap.md section 9 wants it.
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    send: ({ method = 'POST', path = sdkPath, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const request = httpRequest(
          { host: '127.0.0.1', port, method, path, headers },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString('utf8'),
              }),
            );
          },
        );
        request.on('error', reject).end(body);
      }),
    open: () => connect(port, '127.0.0.1'),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type SoapServer = {
  readonly port: number;
  readonly send: (sent: Sent) => Promise<Answer>;
  readonly open: () => Socket;
  readonly stop: () => Promise<void>;
};

/** What a raw socket receives until `until` is in it. */
export const receive = (socket: Socket, until: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      if (!received.includes(until)) return;
      socket.off('data', onData);
      resolve(received);
    };
    socket.on('data', onData).once('error', reject);
    socket.once('close', () => reject(new Error(`closed after ${received}`)));
  });
