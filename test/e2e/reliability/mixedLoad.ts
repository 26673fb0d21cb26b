import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { inParallel, type Chance } from '../support/chance.ts';
import { addOathUser, addSdkAccount } from '../support/people.ts';
import { pocketPhone, type PocketPhone } from '../support/pocketPhone.ts';
import { pfAuthUser, sdkClient, type SdkClient } from '../support/sdk.ts';
import type { Supervised } from '../support/supervised.ts';
import { pool } from '../support/pool.ts';
import { untilBack, WrongAnswer } from '../support/untilBack.ts';
import type { Coded, Pushed } from './everyMethodPeople.ts';
import type { Kind, Sent, Told } from './told.ts';

/* Logins of all kinds, and what their callers were told, kept on the callers' side. */

export type Load = {
  readonly told: readonly Told[];
  readonly phones: readonly PocketPhone[];
  /** Callers that got no answer, by user; what became of these is not known to anybody. */
  readonly unanswered: ReadonlyMap<string, number>;
  /** Logins that were begun. */
  begun(): number;
  /** How many steps too old a right code was when the server came to judge it, or 0; Unix ms. */
  stepsLate(sent: Sent, judgedMs: number): number;
  run(kind: Kind, index: number): Promise<void>;
  /** What a caller hears who asks with the same key once more. */
  again(told: Told): Promise<Told>;
  stop(): Promise<void>;
};

const otp = otplibOtp();
const stepMs = 30_000;
const digits = 6;
/** No promise: the patience of a caller whose server is killed again and again on a busy machine. */
const answeredWithinMs = 180_000;
const waitSeconds = 20;
/** The most that a server allows: a caller over SOAP cannot say that a call repeats another. */
export const duplicateGraceSeconds = 30;
/** Steps that a code may be old, since its server may be dead when it comes. */
const oathWindow = 2;

const stepNow = (): number => Math.floor(Date.now() / stepMs);

export const prepareLoad = async (options: {
  readonly server: Supervised;
  readonly folder: string;
  readonly coded: number;
  readonly pushed: number;
  readonly chance: Chance;
}): Promise<Load> => {
  const { server, folder, chance } = options;
  const { rest, info } = server.now();
  await rest.ok('PATCH', '/settings', {
    // After a denial, people with codes are asked for one; these are to be pushed again.
    oathInApp: false,
    oathWindow,
    duplicateGraceSeconds,
    pushLimitPerHour: 100,
  });
  const account = await addSdkAccount(rest, 'load');
  const sdk: SdkClient = sdkClient({ ...info, account });

  const coded: Coded[] = [];
  const names = Array.from({ length: options.coded }, (_, index) => `coded${index}@example.org`);
  await inParallel(names, 16, async (name) => {
    coded.push({ ...(await addOathUser(rest, name)), usedStep: 0 });
  });
  const pushed: Pushed[] = [];
  const phoneNames = Array.from(
    { length: options.pushed },
    (_, index) => `phone${index}@example.org`,
  );
  await inParallel(phoneNames, 6, async (username) => {
    await rest.ok('POST', '/users', { username, method: 'app' });
    const path = `/users/${username}/activations`;
    const { url, code } = await rest.ok<{ url: string; code: string }>('POST', path);
    const memory = join(folder, username);
    mkdirSync(memory, { recursive: true });
    pushed.push({ username, phone: await pocketPhone({ folder: memory, ca: info.ca, url, code }) });
  });
  const half = Math.floor(pushed.length / 2);
  const watching = pushed.map(({ phone }, index) => phone.watch(index < half ? 'approve' : 'deny'));
  const withApprover = pool(pushed.slice(0, half));
  const withDenier = pool(pushed.slice(half));
  // A code is good for one login in 30 s, and each block takes one.
  const blockable = Math.max(2, Math.floor(coded.length / 3));
  const withBlockable = pool(coded.slice(0, blockable));
  const withCoded = pool(coded.slice(blockable));
  const fresh = (person: Coded) => person.usedStep < stepNow();

  const told: Told[] = [];
  const unanswered = new Map<string, number>();
  let begun = 0;

  const untilDone = <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> =>
    untilBack(what, look, answeredWithinMs);
  type RestAnswer = { requestId: string; state: string; code?: string };
  /** Asks like a program that keeps its Idempotency-Key: again and again until it is answered. */
  const insist = async (
    kind: Kind,
    body: Sent,
    key: string = randomUUID(),
  ): Promise<Extract<Told, { door: 'rest' }>> => {
    const asking = { ...body, numberMatch: false, wait: waitSeconds };
    const headers = { 'idempotency-key': key };
    const found = await untilDone(`an answer to ${body.application}`, async () => {
      const { rest: now } = server.now();
      const answer = await now.call<RestAnswer>('POST', '/authentications', asking, headers);
      const { status } = answer;
      if (status === 200) return answer.body;
      if ([202, 429, 503].includes(status)) return undefined;
      throw new WrongAnswer(`HTTP ${status}: ${JSON.stringify(answer.body)}`);
    });
    const { application } = body;
    const { requestId, state, code = '' } = found;
    return { door: 'rest', kind, application, key, sent: body, requestId, state, code };
  };
  const rememberRest = async (...args: Parameters<typeof insist>) => {
    const answer = await insist(...args);
    told.push(answer);
    return answer;
  };

  /** One call whose answer may get lost; a caller without a key cannot ask the same again. */
  const once = async (
    kind: Kind,
    person: Coded,
    code: string,
    step?: number,
  ): Promise<boolean | undefined> => {
    const { username, userId } = person;
    try {
      const answer = await sdk.call('ValidateOathCode', { username, oathCode: code });
      if (answer.status === 200 && !answer.body.includes('<Code>9006</Code>')) {
        const result = answer.text('ValidateOathCodeResult') === 'true';
        told.push({
          door: 'soap',
          kind,
          application: 'SDK',
          userId,
          result,
          ...(step === undefined ? {} : { step }),
        });
        return result;
      }
    } catch {
      // Lost: the record must say at most one of the two.
    }
    unanswered.set(userId, (unanswered.get(userId) ?? 0) + 1);
    return undefined;
  };

  const steps = new Map<string, number>();
  const right = (person: Coded): { code: string; step: number } => {
    const step = stepNow();
    person.usedStep = step;
    const code = otp.codeAt(person.secret, step, digits);
    steps.set(`${person.username} ${code}`, step);
    return { step, code };
  };

  const block = async (person: Coded, application: string): Promise<void> => {
    const { username } = person;
    await untilDone('the block', async () => {
      const body = { username, reason: 'test' };
      return (await server.now().rest.call('POST', '/blocks', body)).status === 201;
    });
    const { code } = right(person);
    await rememberRest('block', { user: username, application, code });
    await untilDone('the end of the block', async () => {
      const path = `/blocks/${username}/unblock`;
      const { status } = await server.now().rest.call('POST', path, { reason: 'test' });
      // 404: it had ended, and the word of it was lost.
      return status === 204 || status === 404 || status === 409;
    });
  };

  const soapPush = async (kind: Kind, username: string, application: string): Promise<void> => {
    // The same call again joins what it began.
    const answer = await untilDone(`an answer to ${application}`, async () => {
      const found = await pfAuthUser(sdk, username, { application });
      return found.status === 200 && !found.body.includes('<Code>9006</Code>') && found;
    });
    const requestId = answer.text('authenticationRequestId');
    told.push({
      door: 'soap',
      kind,
      application,
      result: answer.text('PfAuthUser_4Result') === 'true',
      ...(requestId === undefined ? {} : { requestId }),
    });
  };

  const run = async (kind: Kind, application: string): Promise<void> => {
    switch (kind) {
      case 'restRight':
        await withCoded(async (person) => {
          const { code } = right(person);
          await rememberRest(kind, { user: person.username, application, code });
        }, fresh);
        return;
      case 'soapRight':
        await withCoded(async (person) => {
          const { code, step } = right(person);
          await once(kind, person, code, step);
        }, fresh);
        return;
      case 'restWrong':
        await withCoded(async (person) => {
          const code = person.wrongCode(chance.below(1_000_000));
          await rememberRest(kind, { user: person.username, application, code });
        });
        return;
      case 'replay':
        await withCoded(async (person) => {
          const { code } = right(person);
          const first = await rememberRest('restRight', {
            user: person.username,
            application,
            code,
          });
          if (first.state !== 'approved') return;
          const replayed = { user: person.username, application: `${application}-replay`, code };
          await rememberRest(kind, replayed);
        }, fresh);
        return;
      case 'pushApproved':
        await withApprover(({ username }) => rememberRest(kind, { user: username, application }));
        return;
      case 'pushDenied':
        await withDenier(({ username }) => rememberRest(kind, { user: username, application }));
        return;
      case 'soapPush':
        await withApprover(({ username }) => soapPush(kind, username, application));
        return;
      case 'unknownRest':
        await rememberRest(kind, { user: `${application}@nobody.example`, application });
        return;
      case 'unknownSoap':
        await soapPush(kind, `${application}@nobody.example`, application);
        return;
      case 'block':
        await withBlockable((person) => block(person, application), fresh);
    }
  };

  return {
    told,
    unanswered,
    phones: pushed.map(({ phone }) => phone),
    begun: () => begun,
    stepsLate({ user, code = '' }, judgedMs) {
      const step = steps.get(`${user} ${code}`);
      return step === undefined
        ? 0
        : Math.max(0, Math.floor(judgedMs / stepMs) - step - oathWindow);
    },
    async run(kind, index) {
      begun += 1;
      await run(kind, `login-${index}`);
    },
    async again(before) {
      if (before.door !== 'rest') throw new TypeError('a SOAP call has no key');
      return await insist(before.kind, before.sent, before.key);
    },
    async stop() {
      await Promise.all(watching.map((phone) => phone.stop()));
      for (const { phone } of pushed) phone.close();
      sdk.close();
    },
  };
};
