import { randomUUID } from 'node:crypto';
import { pause } from './chance.ts';
import type { RestClient } from './rest.ts';

export type Login = { readonly key: string; readonly application: string };
export type Answer = { readonly requestId: string; readonly state: string; readonly code: string };

/** Callers that ask one after the other and keep their keys; whoever gets no answer asks the next server. */
export type KeyedLoad = {
  readonly answers: ReadonlyMap<Login, Answer>;
  /** How many asked again because a server was not there. */
  retries(): number;
  stop(): Promise<void>;
};

const answeredWithinMs = 60_000;
const retryMs = 50;
/** Between two logins of one caller: a load that goes on for a minute leaves something of the machine to others. */
const restMs = 30;

/** @param servers asked in turn; looked up anew for each try, since they are exchanged meanwhile */
export const keyedLoad = (callers: number, servers: () => readonly RestClient[]): KeyedLoad => {
  const answers = new Map<Login, Answer>();
  const over = new AbortController();
  let retries = 0;

  const once = async (
    { key, application }: Login,
    rest: RestClient,
  ): Promise<Answer | undefined> => {
    try {
      const { status, body } = await rest.call<Answer>(
        'POST',
        '/authentications',
        { user: 'nobody@example.org', application },
        { 'idempotency-key': key },
      );
      if (status === 200) return body;
      if (status !== 503 && status !== 429) throw new TypeError(`HTTP ${status}`);
    } catch (error) {
      // `fetch` tells a lost connection by a TypeError with a cause.
      if (error instanceof TypeError && error.cause === undefined) throw error;
    }
    return undefined;
  };

  const login = async (caller: number): Promise<void> => {
    const key = randomUUID();
    const one: Login = { key, application: `keyed-${key}` };
    const deadline = Date.now() + answeredWithinMs;
    for (let turn = caller; Date.now() < deadline; turn += 1) {
      const all = servers();
      const answer = await once(one, all[turn % all.length]!);
      if (answer) {
        answers.set(one, answer);
        return;
      }
      retries += 1;
      await pause(retryMs);
    }
    throw new Error(`${one.application} got no answer`);
  };

  const lane = async (caller: number): Promise<void> => {
    while (!over.signal.aborted) {
      await login(caller);
      await pause(restMs);
    }
  };
  const lanes = Promise.all(Array.from({ length: callers }, (_, caller) => lane(caller)));
  lanes.catch(() => undefined); // `stop` tells.
  return {
    answers,
    retries: () => retries,
    async stop() {
      over.abort();
      await lanes;
    },
  };
};
