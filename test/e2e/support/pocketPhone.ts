import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { activate } from '../../../cli/authenticator/activate.ts';
import { padUrlFor, signatureFor } from '../../../cli/authenticator/answers.ts';
import { isPrompt } from '../../../cli/authenticator/phone.ts';
import { readState, type Account } from '../../../cli/authenticator/state.ts';
import { Away, type Transport } from '../../../cli/authenticator/transport.ts';
import { contextFor, envelope, pad, pull, type Push } from '../../../cli/authenticator/wire.ts';
import { pause } from './chance.ts';

/** What a phone was shown; the same guid is the same request however often it is fetched. */
export type Shown = { readonly guid: string; readonly application: string };

export type Settled = 'recorded' | 'answered' | 'notOpen' | 'refused';

/**
 * A phone in this process, in memory: it fetches its mailbox and answers over the wire, as the terminal's
 * phone does, without a process and a file for each.
 */
export type PocketPhone = {
  /** Everything shown so far, each request once. */
  shown(): readonly Shown[];
  /** The open request of an application. @throws {Away} where the server is not there */
  find(application: string): Promise<Push | undefined>;
  /** Sends one answer, again and again while the server is not there. */
  answer(push: Push, choice: 'approve' | 'deny' | 'fraud', withinMs?: number): Promise<Settled>;
  /** Answers whatever comes until `stop`. */
  watch(choice: 'approve' | 'deny'): { stop(): Promise<void> };
  close(): void;
};

const results = { approve: 1, deny: 2, fraud: 3 } as const;
/** What an activation ends with; to deny it would remove the phone. */
const testSignIn = 'Test';
const retryMs = 100;
const pollSeconds = 20;
const findAgainMs = 2_000;
let phones = 0;

/** Keeps its connection, and has an address of its own: limits count by address. */
const keepAlive = (ca: string): { send: Transport; close(): void } => {
  phones += 1;
  const agent = new Agent({ ca: readFileSync(ca), keepAlive: true });
  const localAddress = `127.0.1.${1 + (phones % 250)}`;
  const send: Transport = ({ url, method, headers, body, timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const fail = (cause: unknown): void => reject(new Away('no answer', { cause }));
      const options = {
        agent,
        method,
        headers,
        localAddress,
        family: 4,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      };
      const sending = request(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', fail);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status === 429 || status >= 500) reject(new Away(`HTTP ${status}`));
          else resolve({ status, body: text });
        });
      });
      sending.once('error', fail);
      sending.end(body);
    });
  return { send, close: () => agent.destroy() };
};

/** @param folder where the activation keeps its memory; nothing is read from it later */
export const pocketPhone = async (options: {
  readonly folder: string;
  readonly ca: string;
  readonly url: string;
  readonly code: string;
}): Promise<PocketPhone> => {
  const { folder, ca, url, code } = options;
  const { send, close } = keepAlive(ca);
  const phone = { folder, send, now: Date.now, sleep: (ms: number) => pause(ms) };
  await activate(phone, { url, soapUrl: `${url}/PfPaWs.asmx`, code });
  const account: Account = (await readState(folder)).accounts[0]!;
  const seen = new Map<string, string>();

  const open = async (waitSeconds: number, signal?: AbortSignal): Promise<readonly Push[]> => {
    const prompts = (await pull(send, account, waitSeconds, signal)).filter(isPrompt);
    for (const push of prompts) seen.set(push['guid']!, push['applicationName'] ?? '');
    return prompts;
  };

  const sendOnce = async (push: Push, choice: keyof typeof results): Promise<Settled> => {
    const signature = await signatureFor(account, push, { decision: choice });
    const reply = await pad(send, padUrlFor(account, push), {
      message: 'phoneAppAuthenticationResultRequest',
      ...envelope(),
      context: contextFor(push['guid']!, account.deviceToken, '', signature),
      authenticationResult: results[choice],
    });
    if (!('fail' in reply)) return 'recorded';
    if (reply.errorId === 9003) return 'answered';
    if (reply.errorId === 9005) throw new Away(reply.errorText);
    return reply.errorId === 9002 ? 'notOpen' : 'refused';
  };

  const answer: PocketPhone['answer'] = async (push, choice, withinMs = 60_000) => {
    const deadline = Date.now() + withinMs;
    for (let resent = false; ; resent = true) {
      try {
        const settled = await sendOnce(push, choice);
        // An acknowledgement that got lost shows up as "already answered": by this phone, as nobody else has the push.
        return settled === 'answered' && resent ? 'recorded' : settled;
      } catch (error) {
        if (!(error instanceof Away) || Date.now() > deadline) throw error;
        await pause(retryMs);
      }
    }
  };

  return {
    shown: () => [...seen].map(([guid, application]) => ({ guid, application })),
    async find(application) {
      try {
        return (await open(0)).find((push) => push['applicationName'] === application);
      } catch (error) {
        if (!(error instanceof Away)) throw error;
        // Too many looks, or the server is away: later, as a phone does.
        await pause(findAgainMs);
        return undefined;
      }
    },
    answer,
    watch(choice) {
      const over = new AbortController();
      const run = async (): Promise<void> => {
        while (!over.signal.aborted) {
          try {
            for (const push of await open(pollSeconds, over.signal))
              await answer(push, push['applicationName'] === testSignIn ? 'approve' : choice);
          } catch (error) {
            if (!(error instanceof Away)) throw error;
            await pause(retryMs);
          }
        }
      };
      const ended = run();
      return {
        async stop() {
          over.abort();
          await ended;
        },
      };
    },
    close,
  };
};
