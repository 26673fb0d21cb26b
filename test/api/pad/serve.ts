import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mobileService, type MobileServiceOptions } from '../../../api/pad/routes.ts';

export const openSettings = {
  requireTls: false,
  mobileAppUrl: 'https://mfa.example.org/pa',
  activationWaitSeconds: 5,
};

export type Served = {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
};

/** The mobile service over real HTTP on a free port of this machine, or on the given one. */
export const serve = async (
  options: Omit<MobileServiceOptions, 'settings'> & Partial<Pick<MobileServiceOptions, 'settings'>>,
  port = 0,
): Promise<Served> => {
  const handler = mobileService({ settings: () => Promise.resolve(openSettings), ...options });
  const server: Server = createServer((request, response) =>
    handler(request, response, () => response.writeHead(404).end('not of the service')),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/** One request that shows even an answer given before the body was taken. */
export const ask = (
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer | string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    let answered = false;
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', done).on('error', done);
    });
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    request.end(body);
  });
