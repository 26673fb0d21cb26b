import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { control } from './control.ts';
import type { Account } from './dialogue.ts';
import { gatewayApi } from './gatewayApi.ts';
import { openJournal } from './journal.ts';
import { createNetwork, type Network } from './network.ts';
import { twilioApi } from './twilioApi.ts';

export type PhoneNetworkOptions = {
  /** Any free one where absent or 0. */
  readonly port?: number;
  /** Keeps everything in this file; else it is gone with the process. */
  readonly stateFile?: string;
  readonly account?: string;
  readonly secret?: string;
  readonly secondMs?: number;
  readonly textsUrl?: string;
  readonly now?: () => Date;
};

export type PhoneNetwork = Account & {
  /** Base address for providers of type `twilio`, for the control interface and the page. */
  readonly url: string;
  /** Base address for providers of type `http`. */
  readonly gatewayUrl: string;
  readonly network: Network;
  readonly close: () => Promise<void>;
};

/** Anybody may know them: the network is a double, and listens on this machine only. */
export const defaultAccount: Account = {
  account: `AC${'0'.repeat(32)}`,
  secret: 'phone-network',
};

const page = fileURLToPath(new URL('page.html', import.meta.url));

/**
 * A DOUBLE of telephone networks and of the companies that sell access to them, for trials and tests: no phone
 * rings anywhere. It speaks the part of Twilio's interface that logins need, and that of the generic gateway.
 * It has no protection of its own and listens on 127.0.0.1 only.
 */
export const startPhoneNetwork = async (options: PhoneNetworkOptions): Promise<PhoneNetwork> => {
  const account: Account = {
    account: options.account ?? defaultAccount.account,
    secret: options.secret ?? defaultAccount.secret,
  };
  const now = options.now ?? (() => new Date());
  const journal = openJournal(options.stateFile);
  const network = createNetwork({
    journal,
    account,
    secondMs: options.secondMs ?? 1_000,
    now,
    ...(options.textsUrl === undefined ? {} : { textsUrl: options.textsUrl }),
  });
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.set('Date', now().toUTCString());
    next();
  });
  app.get('/', (_, response) => response.sendFile(page));
  app.use('/control', control(network));
  app.use('/gateway', gatewayApi(network, account));
  app.use(twilioApi(network, account));
  app.use(explain);
  const server = createServer(app).listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port to listen on');
  const { port } = address;
  const url = `http://127.0.0.1:${port}`;
  return {
    ...account,
    url,
    gatewayUrl: `${url}/gateway`,
    network,
    close: async () => {
      network.stop();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      journal.close();
    },
  };
};

/** A person who tries the double out is told what was wrong with the request. */
const explain: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const isInput = error instanceof z.ZodError || error instanceof SyntaxError;
  response.status(isInput ? 400 : 500).json({ error: error instanceof Error ? error.message : '' });
};
