import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf } from '../../../api/rest/operations.ts';
import { scopes } from '../../../api/rest/scopes.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

/* Nobody changes a factor by themself yet: every route that does is an administrator's, or a caller's with the scope. */

/** Every operation that changes what somebody signs in with, and the scope that it wants. */
const factorRoutes: Readonly<Record<string, string>> = {
  importUsers: 'users.write',
  editUsers: 'users.write',
  addUser: 'users.write',
  changeUser: 'users.write',
  resetRegistration: 'users.write',
  setPin: 'users.write',
  removePin: 'users.write',
  setSecurityQuestions: 'users.write',
  resetSecurityQuestions: 'users.write',
  createActivation: 'devices.write',
  removeDevice: 'devices.write',
  issueRecoveryCodes: 'devices.write',
  issueAccessPass: 'devices.write',
  revokeAccessPass: 'devices.write',
  assignToken: 'tokens.write',
  removeToken: 'tokens.write',
  activateToken: 'tokens.write',
  resyncToken: 'tokens.write',
  importTokens: 'tokens.write',
  assignStockToken: 'tokens.write',
  loseToken: 'tokens.write',
};
/** What a caller that only verifies may write: logins, and nothing that stays. */
const verifying = [
  'cancelAuthentication',
  'createAuthentication',
  'initiateMimCall',
  'submitCode',
  'testUser',
];

const writes = operationsOf(fakeFacade().facade).filter(({ method }) => method !== 'get');
let rest: RestServer;
beforeAll(async () => void (rest = await restServer({ limits: { callsPerSecond: 100_000 } })));
afterAll(() => rest.stop());

describe('SEC-51 every change route', () => {
  test('SEC-51 that changes a factor is known, and a new one is looked at before it is let in', () => {
    const known = writes.filter(({ id }) => Object.hasOwn(factorRoutes, id));
    expect(Object.fromEntries(known.map(({ id, scope }) => [id, scope]))).toEqual(factorRoutes);
    const person = writes.filter(
      ({ id, path }) => path.startsWith('/users/') && !Object.hasOwn(factorRoutes, id),
    );
    expect(person.map(({ id }) => id).toSorted()).toEqual([
      'clearCache',
      'disableUser',
      'enableUser',
      'endDelegation',
      'removeUser',
      'setDelegation',
      'testUser',
      'unlockUser',
    ]);
  });

  test('SEC-51 refuses whoever shows nothing, and whoever has every scope but its own', async () => {
    const clients = new Map<string, { authorization: string }>();
    for (const without of new Set(Object.values(factorRoutes)))
      clients.set(without, await rest.clientWith(...scopes.filter((scope) => scope !== without)));
    for (const { id, method, path, scope } of writes) {
      if (!Object.hasOwn(factorRoutes, id)) continue;
      const url = path.replaceAll(/\{\w+\}/g, 'ann@example.com');
      const asked = async (headers: Record<string, string>) =>
        (await rest.call(method.toUpperCase(), url, undefined, headers)).status;
      // Whoever knocks too often is told to wait instead.
      expect([401, 429]).toContain(await asked({ authorization: '' }));
      expect([id, await asked(clients.get(scope)!)]).toEqual([id, 403]);
    }
  });

  test('SEC-51 is closed to a caller that may only verify', () => {
    const open = writes.filter(({ scope }) => scope === 'verify').map(({ id }) => id);
    expect(open.toSorted()).toEqual(verifying);
  });
});
