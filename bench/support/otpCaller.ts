import { otplibOtp } from '../../adapters/otp/otplib.ts';
import { stepAt } from '../../domain/otpWindow.ts';
import type { Countersign } from './countersign.ts';
import { restClient } from './restClient.ts';
import type { SeededUser } from './seeding.ts';

const periodSeconds = 30;
const digits = 6;

/** A code passes once a step, so a person comes round again after the step at the earliest. */
const minTurnMs = (periodSeconds + 1) * 1000;

/** Validates a fresh code of the next person, as one of several API clients. @throws where it does not pass */
export type OtpCaller = {
  readonly call: (client: number) => Promise<void>;
  readonly close: () => void;
};

/** The next of some people, with the code that is right for them now. @throws where they come round too soon */
export const codesInTurn = (
  people: readonly SeededUser[],
): (() => { readonly username: string; readonly code: string }) => {
  const otp = otplibOtp();
  const lastAt = new Float64Array(people.length).fill(-Infinity);
  let turn = 0;
  return () => {
    const index = turn++ % people.length;
    const now = Date.now();
    if (now - lastAt[index]! < minTurnMs)
      throw new RangeError(`${people.length} people are too few for this rate`);
    lastAt[index] = now;
    const { username, secret } = people[index]!;
    return { username, code: otp.codeAt(secret, stepAt(now, periodSeconds), digits) };
  };
};

/** API clients of a server and the people whose codes they validate, in turn. */
export const otpCaller = async (
  server: Countersign,
  people: readonly SeededUser[],
  clients: number,
): Promise<OtpCaller> => {
  const administrator = restClient(server.http, server.adminToken);
  // One token each: a single one is limited to 100 calls a second.
  const callers = await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const name = `bench ${number} ${Date.now()}`;
      const { status, body } = await administrator.post('/api-clients', {
        name,
        scopes: ['verify'],
      });
      if (status !== 201) throw new Error(`no API client: ${JSON.stringify(body)}`);
      return restClient(server.http, String(body['token']));
    }),
  );
  administrator.close();

  const next = codesInTurn(people);
  return {
    async call(client) {
      const { username, code } = next();
      const { status, body } = await callers[client]!.post('/authentications', {
        user: username,
        application: 'bench',
        code,
      });
      if (status !== 200 || body['state'] !== 'approved')
        throw new Error(`a right code was answered with ${status} ${JSON.stringify(body)}`);
    },
    close: () => {
      for (const caller of callers) caller.close();
    },
  };
};
