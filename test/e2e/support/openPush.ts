import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pocketPhone, type PocketPhone } from './pocketPhone.ts';
import type { RestClient } from './rest.ts';
import { until } from './until.ts';

export type Asked = {
  readonly requestId: string;
  readonly state: string;
  readonly code?: string;
  readonly expiresAt?: string;
};

/** Begins a request, approved by a plain yes, and does not wait for its end. @throws where the server does not take it */
export const ask = (
  rest: RestClient,
  user: string,
  application: string,
  expiresIn = 180,
): Promise<Asked> =>
  rest.ok<Asked>('POST', '/authentications', {
    user,
    application,
    expiresIn,
    wait: 0,
    numberMatch: false,
  });

export const stateOf = (rest: RestClient, requestId: string): Promise<Asked> =>
  rest.ok<Asked>('GET', `/authentications/${requestId}`);

/** Waits until the request has ended; says how. */
export const endOf = (rest: RestClient, requestId: string, withinMs?: number): Promise<Asked> =>
  until(
    `${requestId} to end`,
    async () => {
      const found = await stateOf(rest, requestId);
      return found.code === undefined ? undefined : found;
    },
    withinMs,
  );

/** Somebody with a phone in this process. The test sign-in that follows an activation is answered. */
export const addPhoneUser = async (options: {
  readonly rest: RestClient;
  readonly username: string;
  readonly ca: string;
  readonly folder: string;
}): Promise<PocketPhone> => {
  const { rest, username, ca } = options;
  await rest.ok('POST', '/users', { username, method: 'app' });
  const path = `/users/${username}/activations`;
  const { url, code } = await rest.ok<{ url: string; code: string }>('POST', path);
  const folder = join(options.folder, username);
  mkdirSync(folder, { recursive: true });
  const phone = await pocketPhone({ folder, ca, url, code });
  const test = await until('the test sign-in', () => phone.find('Test'));
  await phone.answer(test, 'approve');
  return phone;
};
