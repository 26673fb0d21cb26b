import type { Countersign } from './countersign.ts';
import { restClient, type Answer, type RestClient } from './restClient.ts';

/** Requests of one server that wait for somebody, and are decided one at a time. */
export type Crowd = {
  /** One more waits from now on. `client` numbers whoever asks for it at the same time as others. */
  open(client: number): Promise<void>;
  /** Decides one by chance. @returns milliseconds from the phone's answer until the caller's long poll has heard */
  decide(): Promise<number>;
  waiting(): number;
  close(): void;
};

/** One token each: a single one is limited to 100 calls a second. */
export const callersAt = 8;
/** A long poll is at its place this soon after it was sent. */
const settleMs = 40;

/** Begins to listen, then answers. @returns milliseconds from the answer until it was heard */
export const answerAndHear = async (sides: {
  readonly answer: () => Promise<void>;
  readonly hear: () => Promise<void>;
}): Promise<number> => {
  let from = Number.NaN;
  const answered = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    from = performance.now();
    await sides.answer();
  };
  const heard = sides.hear().then(() => performance.now());
  const [until] = await Promise.all([heard, answered()]);
  return until - from;
};

/** Clients of the REST interface with these scopes; each keeps one connection. */
export const callersOf = async (
  { http, adminToken }: Countersign,
  scopes: readonly string[],
): Promise<readonly RestClient[]> => {
  const administrator = restClient(http, adminToken);
  const made = await Promise.all(
    Array.from({ length: callersAt }, async (_, number) => {
      const name = `bench ${number}`;
      const answer = await administrator.post('/api-clients', { name, scopes });
      return restClient(http, String(expected(answer, 201)['token']));
    }),
  );
  administrator.close();
  return made;
};

/** @throws where the answer has another status */
export const expected = ({ status, body }: Answer, wanted: number): Answer['body'] => {
  if (status === wanted) return body;
  throw new Error(`${status} instead of ${wanted}: ${JSON.stringify(body)}`);
};

const busy = 503;
const maxTries = 10;

/** Asks again, with another request, where the server was too busy for one. @throws where the answer has another status */
export const insist = async (
  ask: () => Promise<Answer>,
  wanted: number,
): Promise<Answer['body']> => {
  let answer = await ask();
  for (let tries = 1; answer.status === busy && tries < maxTries; tries += 1) answer = await ask();
  return expected(answer, wanted);
};

/** Takes one of many out, each as likely as the others. */
export const takeOne = <T>(from: T[]): T => {
  const index = Math.floor(Math.random() * from.length);
  const last = from.pop();
  if (last === undefined) throw new RangeError('nothing waits any more');
  if (index === from.length) return last;
  const taken = from[index]!;
  from[index] = last;
  return taken;
};

/** Has a crowd grow to this many, as fast as its callers can ask. */
export const fill = async (crowd: Crowd, count: number): Promise<void> => {
  let left = count - crowd.waiting();
  const caller = async (number: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await crowd.open(number);
    }
  };
  await Promise.all(Array.from({ length: callersAt * 2 }, (_, number) => caller(number)));
};
