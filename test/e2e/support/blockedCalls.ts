import { expect } from '@jest/globals';
import { pause } from './chance.ts';
import type { PocketPhone } from './pocketPhone.ts';
import type { RestClient } from './rest.ts';
import { pfAuthUser, type SdkClient } from './sdk.ts';
import { until } from './until.ts';

const username = 'ann@example.org';
/** No promise: five hundred at once take a few seconds, and a busy machine many. */
const arriveWithinMs = 90_000;

/** So many calls of the SDK, sent at once, that all wait for one person; resolves once all of them do. */
export const blockedCalls = async (options: {
  readonly rest: RestClient;
  readonly sdk: SdkClient;
  /** Of ann. */
  readonly phone: PocketPhone;
  readonly application: string;
  readonly waiting: number;
  /** Calls that are begun a second, where the caller may not begin them all at once. */
  readonly perSecond?: number;
}) => {
  const { rest, sdk, phone, application, waiting, perSecond = Infinity } = options;
  const ended: string[] = [];
  const call = async (): Promise<void> => {
    const answer = await pfAuthUser(sdk, username, { application });
    // Of a call that was not let in, all that it said.
    ended.push(answer.text('PfAuthUser_4Result') === 'true' ? 'true' : answer.body);
  };
  const calls = Array.from({ length: waiting }, async (_, number) => {
    await pause((number / perSecond) * 1_000);
    await call();
  });
  // The first of them leads, the others join it.
  const path = `/authentications?application=${application}&state=joined&limit=500`;
  await until(
    'all to wait',
    async () => {
      expect(ended).toEqual([]);
      const page = await rest.ok<{ items: unknown[] }>('GET', path);
      return page.items.length >= waiting - 1;
    },
    arriveWithinMs,
  );
  const push = await until('the push', () => phone.find(application));
  return {
    /** What calls have heard so far. */
    ended,
    /** The person says yes: everybody is let in, and was asked once. */
    async approve(): Promise<void> {
      expect(await phone.answer(push, 'approve')).toBe('recorded');
      await Promise.all(calls);
      expect(ended).toEqual(Array(waiting).fill('true'));
      expect(phone.shown().filter((shown) => shown.application === application)).toHaveLength(1);
    },
  };
};
