import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { Away, type Transport } from '../../cli/authenticator/transport.ts';
import { contextFor, envelope, pad, pull } from '../../cli/authenticator/wire.ts';
import type { Countersign } from './countersign.ts';

/** Limits of the mobile service count by address (600 polls a minute), so the phones have several. */
const addresses = 32;
const waitSeconds = 10;
const maxPulls = 3;
const maxTries = 10;
const retryMs = 200;

/** As phones do: a busy server is asked again. */
const insist = async <T>(call: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Away) || tries === maxTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
};

/** Many phones, each known by its device token, over a few kept connections. */
export type Phones = {
  /** Waits for the one open push of a phone; its guid. @throws where none comes */
  push(deviceToken: string): Promise<string>;
  /** Approves a push, with the number that its login shows where there is one. @throws where that is refused */
  approve(deviceToken: string, guid: string, number?: string): Promise<void>;
  close(): void;
};

const keptConnections = (ca: string) => {
  const trusted = readFileSync(ca);
  const agents = Array.from(
    { length: addresses },
    () => new Agent({ ca: trusted, keepAlive: true }),
  );
  let turn = 0;
  const send: Transport = ({ url, method, headers, body, timeoutMs }) =>
    new Promise((resolve, reject) => {
      turn = (turn + 1) % addresses;
      const options = {
        agent: agents[turn]!,
        method,
        headers,
        family: 4,
        localAddress: `127.0.1.${1 + turn}`,
        timeout: timeoutMs,
      };
      const sent = request(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status === 429 || status >= 500) reject(new Away(`HTTP ${status}: ${text}`));
          else resolve({ status, body: text });
        });
      });
      sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    send,
    close(): void {
      for (const agent of agents) agent.destroy();
    },
  };
};

export const phonesOf = ({ https, ca }: Countersign): Phones => {
  const { send, close } = keptConnections(ca);
  const url = `${https}/PA`;
  return {
    async push(deviceToken) {
      for (let tries = 1; ; tries += 1) {
        const pushes = await insist(() => pull(send, { url, deviceToken }, waitSeconds));
        // What was withdrawn is told as well.
        const asked = pushes.find(({ type }) => type === 'auth')?.['guid'];
        if (asked !== undefined) return asked;
        if (tries === maxPulls) throw new Error('the phone was not asked');
      }
    },
    async approve(deviceToken, guid, number) {
      const common = { ...envelope(), context: contextFor(guid, deviceToken, '') };
      const message =
        number === undefined
          ? ({
              ...common,
              message: 'phoneAppAuthenticationResultRequest',
              authenticationResult: 1,
            } as const)
          : ({
              ...common,
              message: 'phoneAppPinValidationRequest',
              pin: '',
              pinStored: false,
              authenticate: true,
              completedInteractively: true,
              selectedEntropyNumber: number,
            } as const);
      const reply = await insist(() => pad(send, `${url}/pad`, message));
      if ('fail' in reply) throw new Error(`an approval was refused: ${reply.errorText}`);
    },
    close,
  };
};
