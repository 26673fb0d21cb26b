import { randomUUID } from 'node:crypto';
import { prove } from '../../../cli/authenticator/proofs.ts';
import { Away } from '../../../cli/authenticator/transport.ts';
import { pause } from '../support/chance.ts';
import { ourNumber } from '../support/phoneCompany.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { lookEveryMs, pushAt } from '../support/terminalPhone.ts';
import { untilBack, WrongAnswer } from '../support/untilBack.ts';
import {
  cachedApplication,
  pin,
  preparePeople,
  type Called,
  type Coded,
  type PeopleOptions,
  type Pushed,
} from './everyMethodPeople.ts';

/* Logins by every method there is, and what their callers were told. */

export const methodKinds = [
  'pushApproved',
  'smsOneWay',
  'callConfirmed',
  'oathOneShot',
  'pushFraud',
  'smsTwoWay',
  'callBackup',
  'bypass',
  'pushDenied',
  'oathTwoStep',
  'callFraud',
  'cached',
  'pinPush',
] as const;
export type MethodKind = (typeof methodKinds)[number];

/** What a caller was told about the end of a login. */
export type MethodTold = {
  readonly kind: MethodKind;
  readonly application: string;
  readonly requestId: string;
  readonly code: string;
};

export type EveryMethod = {
  readonly told: readonly MethodTold[];
  readonly phones: readonly PocketPhone[];
  run(kind: MethodKind, application: string): Promise<void>;
  stop(): void;
};

type Attempt = { readonly requestId: string; readonly state: string; readonly code?: string };

const answeredWithinMs = 150_000;
const waitSeconds = 20;
const stepMs = 30_000;

const awayOnly = (error: unknown): void => {
  if (!(error instanceof Away)) throw error;
};

export const prepareEveryMethod = async (options: PeopleOptions): Promise<EveryMethod> => {
  const { server, company } = options;
  const {
    withApprover,
    withDenier,
    withPin,
    withCoded,
    withCached,
    withOneWay,
    withTwoWay,
    withCalled,
    withLoud,
    withBusy,
    withBypassed,
    phones,
  } = await preparePeople(options);
  const told: MethodTold[] = [];
  const untilTrue = <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> =>
    untilBack(what, look, answeredWithinMs);
  const post = async (path: string, body: object, key: string): Promise<Attempt | undefined> => {
    const headers = { 'idempotency-key': key };
    const { status, body: found } = await server
      .now()
      .rest.call<Attempt>('POST', path, body, headers);
    if (status < 300) return found;
    if ([404, 409, 410, 429, 500, 503].includes(status)) return undefined;
    throw new WrongAnswer(`HTTP ${status} of ${path}: ${JSON.stringify(found)}`);
  };
  /** Asks like a program that keeps its Idempotency-Key, until it knows which request is its own. */
  const begin = (user: string, application: string, more: object = {}): Promise<Attempt> => {
    const key = randomUUID();
    return untilTrue(`an answer to ${application}`, () =>
      post('/authentications', { user, application, wait: 0, ...more }, key),
    );
  };
  const lookAt = async (requestId: string, wait: number): Promise<Attempt | undefined> => {
    const path = `/authentications/${requestId}?wait=${wait}`;
    const { status, body } = await server.now().rest.call<Attempt>('GET', path);
    return status === 200 ? body : undefined;
  };
  const finish = async (kind: MethodKind, application: string, { requestId }: Attempt) => {
    const { code } = await untilTrue(`the end of ${application}`, async () => {
      const found = await lookAt(requestId, waitSeconds);
      return found?.code === undefined ? undefined : found;
    });
    told.push({ kind, application, requestId, code: code! });
  };
  /** True as soon as it has ended, or something else is there to be done. */
  const orEnded = async <T>(
    what: string,
    { requestId }: Attempt,
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const found = await untilTrue(what, async () => {
      const there = await look().catch(() => undefined);
      if (there !== undefined) return { there };
      return (await lookAt(requestId, 0))?.code === undefined ? undefined : { there: undefined };
    });
    return found.there;
  };
  const freshStep = ({ usedStep }: Coded) => usedStep < Math.floor(Date.now() / stepMs);
  const codeOf = (person: Coded): string => {
    person.usedStep = Math.floor(Date.now() / stepMs);
    return person.rightCode();
  };
  const handIn = async (attempt: Attempt, code: string): Promise<void> => {
    const key = randomUUID();
    const path = `/authentications/${attempt.requestId}/code`;
    await orEnded(`a code for ${attempt.requestId}`, attempt, () => post(path, { code }, key));
  };
  const textFor = (phone: string, application: string) => async () =>
    (await company.phones.log(phone)).texts
      .filter(({ direction, body }) => direction === 'out' && body.endsWith(` ${application}.`))
      .map(({ body }) => /\d{6}/.exec(body)?.[0])[0];

  const text = async ({ username, phone }: Called, kind: MethodKind, application: string) => {
    const attempt = await begin(username, application);
    const code = await orEnded('the text', attempt, textFor(phone, application));
    if (code !== undefined && kind === 'smsOneWay') await handIn(attempt, code);
    if (code !== undefined && kind === 'smsTwoWay')
      await orEnded('the end', attempt, async () => {
        await company.phones.text(phone, ourNumber, code);
        await pause(lookEveryMs);
        return undefined;
      });
    await finish(kind, application, attempt);
  };
  const push = async ({ username, phone }: Pushed, kind: MethodKind, application: string) => {
    const choice = kind === 'pushFraud' ? 'fraud' : kind === 'pushDenied' ? 'deny' : 'approve';
    // Who denied the last push must give the number with the next; to deny takes none.
    const more = choice === 'approve' ? { numberMatch: false } : {};
    const attempt = await begin(username, application, more);
    const shown = await orEnded('the push', attempt, async () => {
      const found = await phone.find(application);
      if (found === undefined) await pause(lookEveryMs);
      return found;
    });
    // A phone that nobody hears in all that time leaves the login to its deadline.
    if (shown !== undefined) await phone.answer(shown, choice, answeredWithinMs).catch(awayOnly);
    await finish(kind, application, attempt);
  };

  const run = async (kind: MethodKind, application: string): Promise<void> => {
    switch (kind) {
      case 'pushApproved':
        await withApprover((person) => push(person, kind, application));
        return;
      case 'pushDenied':
      case 'pushFraud':
        await withDenier((person) => push(person, kind, application));
        return;
      case 'pinPush':
        await withPin(async (phone) => {
          const attempt = await begin('pin@example.org', application, { numberMatch: false });
          await orEnded('the PIN to be taken', attempt, async () => {
            const waiting = await pushAt(phone, application);
            return (await prove(phone, waiting, { pin })).result === 'recorded' || undefined;
          });
          await finish(kind, application, attempt);
        });
        return;
      case 'oathOneShot':
        await withCoded(async (person) => {
          const attempt = await begin(person.username, application, { code: codeOf(person) });
          await finish(kind, application, attempt);
        }, freshStep);
        return;
      case 'oathTwoStep':
        await withCoded(async (person) => {
          const attempt = await begin(person.username, application);
          await handIn(attempt, codeOf(person));
          await finish(kind, application, attempt);
        }, freshStep);
        return;
      case 'smsOneWay':
        await withOneWay((person) => text(person, kind, application));
        return;
      case 'smsTwoWay':
        await withTwoWay((person) => text(person, kind, application));
        return;
      case 'callConfirmed':
      case 'callFraud':
      case 'callBackup': {
        const withOne = { callConfirmed: withCalled, callFraud: withLoud, callBackup: withBusy };
        await withOne[kind](async ({ username }) =>
          finish(kind, application, await begin(username, application)),
        );
        return;
      }
      case 'bypass':
        await withBypassed(async (user) => {
          const key = randomUUID();
          const body = { user, reason: 'test', seconds: 600 };
          await untilTrue('the bypass', () => post('/bypasses', body, key));
          await finish(kind, application, await begin(user, application));
        });
        return;
      case 'cached':
        await withCached(async ({ username }) =>
          finish(kind, cachedApplication, await begin(username, cachedApplication)),
        );
    }
  };

  return {
    told,
    run,
    phones,
    stop() {
      for (const phone of phones) phone.close();
    },
  };
};
