import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { types, vendorAttribute, vendorAttributes } from '../../../api/radius/attributes.ts';
import {
  isReplyTo,
  messageAuthenticatorOf,
  newAuthenticator,
  signReply,
  signRequest,
} from '../../../api/radius/authenticator.ts';
import {
  hidePassword,
  hideSalted,
  revealPassword,
  revealSalted,
} from '../../../api/radius/hiding.ts';
import { codes, decodePacket, encodePacket, type Attribute } from '../../../api/radius/packet.ts';
import { keepAttributes, restoreAttributes } from '../../../api/radius/passThrough.ts';
import { readState, wrapState, writeTicket } from '../../../api/radius/state.ts';
import { count, seed } from '../../support/profile.ts';

const runs = { seed, numRuns: count(10_000) };
const octets = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));
const secret = octets(1, 128);
const authenticator = octets(16, 16);
/** None of the types that a whole packet has rules about. */
const plainType = fc.integer({ min: 4, max: 78 });
const attribute = fc.record({ type: plainType, value: octets(0, 253) });
const attributes = fc.array(attribute, { maxLength: 12 });

describe('packets', () => {
  test('what is written is read as it was', () => {
    fc.assert(
      fc.property(
        fc.record({
          code: fc.integer({ min: 0, max: 255 }),
          identifier: fc.integer({ min: 0, max: 255 }),
          authenticator,
          attributes,
        }),
        octets(0, 40),
        (packet, padding) => {
          const written = encodePacket(packet);
          const read = decodePacket(Buffer.concat([written, padding]))!;
          expect(read).toEqual({ ...packet, octets: written });
        },
      ),
      runs,
    );
  });
});

describe('proof', () => {
  test('SEC-02 a request proves itself, and any other octet makes that wrong', () => {
    fc.assert(
      fc.property(
        attributes,
        secret,
        authenticator,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, key, random, at, difference) => {
          const request = signRequest({ identifier: 3, attributes: list }, random, key);
          expect(request[20]).toBe(types.messageAuthenticator);
          expect(messageAuthenticatorOf(decodePacket(request)!, key)).toBe('valid');
          const place = at % request.length;
          request[place] = request[place]! ^ difference;
          const packet = decodePacket(request);
          if (packet) expect(messageAuthenticatorOf(packet, key)).not.toBe('valid');
        },
      ),
      runs,
    );
  });

  test('SEC-05 a reply begins with its proof, whatever else is in it', () => {
    fc.assert(
      fc.property(attributes, secret, authenticator, (list, key, random) => {
        const reply = decodePacket(
          signReply(
            { code: codes.accessReject, identifier: 9, attributes: list },
            { authenticator: random },
            key,
          ),
        )!;
        expect(reply.octets[20]).toBe(types.messageAuthenticator);
        expect(messageAuthenticatorOf(reply, key, random)).toBe('valid');
        expect(isReplyTo(reply, random, key)).toBe(true);
      }),
      runs,
    );
  });
});

describe('hiding', () => {
  test('SEC-12 a password keeps its octets; only NULs behind it go', () => {
    fc.assert(
      fc.property(octets(0, 128), secret, authenticator, (password, key, random) => {
        const hidden = hidePassword(password, random, key);
        expect(hidden.length % 16).toBe(0);
        let end = password.length;
        while (end > 0 && password[end - 1] === 0) end -= 1;
        expect(revealPassword(hidden, random, key)).toEqual(password.subarray(0, end));
      }),
      runs,
    );
  });

  test.each([0, 15, 17, 144])('SEC-12 a hidden password of %i octets is none', (length) => {
    const random = newAuthenticator();
    expect(revealPassword(Buffer.alloc(length), random, Buffer.from('s'))).toBeUndefined();
  });

  test('keys travel from hop to hop', () => {
    fc.assert(
      fc.property(
        octets(2, 2),
        octets(0, 200),
        secret,
        authenticator,
        (salt, plain, key, random) => {
          const hidden = hideSalted({ salt, plain }, random, key);
          expect(revealSalted(hidden, random, key)).toEqual({ salt, plain });
        },
      ),
      runs,
    );
  });

  test('a target’s attributes reach the client as they were, hidden anew', () => {
    const [target, client] = [Buffer.from('target secret'), Buffer.from('client secret')];
    const [there, here] = [newAuthenticator(), newAuthenticator()];
    const salted = { salt: Buffer.from([0x80, 1]), plain: randomBytes(16) };
    const made = (random: Buffer, key: Buffer): readonly Attribute[] => [
      { type: types.class, value: Buffer.from('team') },
      vendorAttribute({ vendor: 311, type: 16, value: hideSalted(salted, random, key) }),
      vendorAttribute({ vendor: 9, type: 1, value: Buffer.from('shell:priv-lvl=15') }),
      {
        type: types.tunnelPassword,
        value: Buffer.concat([Buffer.from([1]), hideSalted(salted, random, key)]),
      },
    ];
    const own = [
      { type: types.state, value: Buffer.from('x') },
      { type: types.proxyState, value: Buffer.from('y') },
    ];
    const kept = keepAttributes([...own, ...made(there, target)], {
      authenticator: there,
      secret: target,
    });
    expect(restoreAttributes(kept, { authenticator: here, secret: client })).toEqual(
      made(here, client),
    );
  });

  test('several vendor attributes in one are read; a broken one is none', () => {
    const one = vendorAttribute({ vendor: 311, type: 26, value: Buffer.from('ab') }).value;
    const two = Buffer.concat([one, Buffer.from([1, 3, 0x63])]);
    expect(vendorAttributes(two)?.map(({ type }) => type)).toEqual([26, 1]);
    expect(vendorAttributes(two.subarray(0, two.length - 1))).toBeUndefined();
  });
});

describe('State', () => {
  test('a target’s State comes back with its server, and only as it was given', () => {
    const key = Buffer.from('secret');
    fc.assert(
      fc.property(octets(1, 200), fc.integer({ min: 0, max: 9 }), fc.nat(), (state, server, at) => {
        const wrapped = wrapState(key, server, state)!;
        expect(readState(key, wrapped)).toEqual({ kind: 'target', server, state });
        wrapped[1 + (at % (wrapped.length - 1))]! ^= 1;
        expect(readState(key, wrapped)).toBeUndefined();
      }),
      runs,
    );
    expect(wrapState(key, 0, Buffer.alloc(240))).toBeUndefined();
  });

  test('a ticket is read as it was written', () => {
    const ticket = randomBytes(33).toString('hex').toUpperCase();
    expect(readState(Buffer.from('s'), writeTicket(ticket))).toEqual({ kind: 'ticket', ticket });
    expect(readState(Buffer.from('s'), Buffer.alloc(0))).toBeUndefined();
  });
});
