import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Told = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly data?: Readonly<Record<string, unknown>>;
  };
};

/** A receiver that checks what it gets; `status` is what it answers. */
export const webhookReceiver = async (secret: string, port = 0) => {
  const told: Told[] = [];
  const faults: string[] = [];
  const state = { status: 204 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const time = String(request.headers['countersign-timestamp']);
      const hmac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
      if (request.headers['countersign-signature'] !== `keyId="k1",sha256="${hmac}"`)
        faults.push('wrong signature');
      if (Math.abs(Date.now() / 1000 - Number(time)) > 300) faults.push('wrong time');
      const message = JSON.parse(body) as Told;
      if (request.headers['countersign-delivery'] !== message.id) faults.push('wrong id');
      if (state.status < 300) told.push(message);
      response.writeHead(state.status).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    told,
    faults,
    state,
    target,
    url: `http://${target}/hook`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
export type WebhookReceiver = Awaited<ReturnType<typeof webhookReceiver>>;
