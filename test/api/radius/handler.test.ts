import { describe, expect, test } from '@jest/globals';
import type { Attempt } from '../../../api/facade.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { hidePassword } from '../../../api/radius/hiding.ts';
import { createRateLimits, maxOpen } from '../../../api/radius/limits.ts';
import { codes } from '../../../api/radius/packet.ts';
import { count } from '../../support/profile.ts';
import { approved, client, handlerWith, login, peer, secret } from './handlerRig.ts';

describe('limits', () => {
  test('SEC-14 nobody knows the address: nothing is read, all is counted', async () => {
    const { handle, monitor } = handlerWith(client());
    const stranger = { address: '192.0.2.9', port: 1 };
    for (let run = count(10_000); run > 0; run -= 1)
      expect(await handle(login(), stranger, 'authentication')).toBeUndefined();
    expect(monitor.status().dropped.unknownClient).toBe(count(10_000));
  });

  test('SEC-14 a client may ask so often a second and have so many open', async () => {
    let now = 0;
    const { take } = createRateLimits(() => now);
    const taken = () => Array.from({ length: 300 }, () => take('vpn', 200)).filter(Boolean).length;
    expect(taken()).toBe(200);
    now += 500;
    expect(taken()).toBe(100);
    const never = new Promise<Attempt>(() => undefined);
    const { handle, monitor } = handlerWith(client(), { authenticate: () => never });
    const ports = Array.from({ length: maxOpen + 20 }, (_, at) => at + 1);
    for (const port of ports) void handle(login(), { ...peer, port }, 'authentication');
    await new Promise((resolve) => setImmediate(resolve));
    expect(monitor.openOf('vpn')).toBe(maxOpen);
    expect(monitor.status().dropped.tooManyOpen).toBe(20);
  });

  test('REL-03 where the log does not take it, the client hears nothing and tries again', async () => {
    let tries = 0;
    const { handle, errors } = handlerWith(client(), {
      authenticate: async () => {
        tries += 1;
        if (tries === 1) throw new Error('the log is away');
        return approved;
      },
    });
    const request = login();
    expect(await handle(request, peer, 'authentication')).toBeUndefined();
    expect(errors).toHaveLength(1);
    const reply = await handle(request, peer, 'authentication');
    expect(reply?.[0]).toBe(codes.accessAccept);
  });

  test('five wrong passwords in a row cast doubt on the secret, once', async () => {
    const doubts: string[] = [];
    const { handle } = handlerWith(client(), {
      doubtRadiusSecret: async (clientId) => void doubts.push(clientId),
    });
    // With another secret on the other side the password is noise.
    for (let port = 1; port <= 8; port += 1) {
      const authenticator = newAuthenticator();
      const value = hidePassword(Buffer.alloc(16, 7), authenticator, secret);
      const attributes = [textAttribute(1, 'ann'), { type: types.userPassword, value }];
      const octets = signRequest({ identifier: 1, attributes }, authenticator, secret);
      await handle(octets, { ...peer, port }, 'authentication');
    }
    expect(doubts).toEqual(['vpn']);
  });
});
