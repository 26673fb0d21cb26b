import { expect, test } from '@jest/globals';
import { types } from '../../../api/radius/attributes.ts';
import { Overloaded } from '../../../api/facade/overloaded.ts';
import type { Attempt } from '../../../api/facade.ts';
import { maxOpen } from '../../../api/radius/limits.ts';
import { client, handlerWith, login, peer } from './handlerRig.ts';

/** Whatever it holds: the packet comes back with something that was asked. */
const state = { type: types.state, value: Buffer.alloc(32, 7) };
const perSecond = 10;
const from = (port: number) => ({ ...peer, port });

test('REL-13 a flood of new logins takes nothing from who comes back with a State', async () => {
  const never = new Promise<Attempt>(() => undefined);
  const { handle, monitor } = handlerWith(client({ requestsPerSecond: perSecond }), {
    authenticate: () => never,
  });
  for (let port = 1; port <= 5 * perSecond; port += 1)
    void handle(login(), from(port), 'authentication');
  await new Promise((resolve) => setImmediate(resolve));
  expect(monitor.status().dropped.tooFast).toBeGreaterThanOrEqual(3 * perSecond);
  const answers = Array.from({ length: perSecond }, (_, at) =>
    handle(login(state), from(1_000 + at), 'authentication'),
  );
  for (const reply of await Promise.all(answers)) expect(reply).toBeDefined();
  // And no flood of answers is without its limit.
  const more = Array.from({ length: 5 * perSecond }, (_, at) =>
    handle(login(state), from(2_000 + at), 'authentication'),
  );
  expect((await Promise.all(more)).filter((reply) => reply === undefined).length).toBeGreaterThan(
    3 * perSecond,
  );
});

test('REL-13 however many logins are open, an answer to one of them is taken', async () => {
  const never = new Promise<Attempt>(() => undefined);
  const { handle, monitor } = handlerWith(client(), { authenticate: () => never });
  for (let port = 1; port <= maxOpen; port += 1) void handle(login(), from(port), 'authentication');
  await new Promise((resolve) => setImmediate(resolve));
  expect(monitor.openOf('vpn')).toBe(maxOpen);
  expect(await handle(login(), from(maxOpen + 1), 'authentication')).toBeUndefined();
  expect(await handle(login(state), from(maxOpen + 2), 'authentication')).toBeDefined();
});

test('REL-13 a login for which there is no time hears nothing, and no no', async () => {
  const { handle } = handlerWith(client(), {
    authenticate: async () => {
      throw new Overloaded('too many wait');
    },
  });
  expect(await handle(login(), peer, 'authentication')).toBeUndefined();
});
