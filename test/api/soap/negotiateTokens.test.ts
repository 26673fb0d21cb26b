import { describe, expect, test } from '@jest/globals';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { TokenRefused } from '../../../api/soap/negotiate/der.ts';
import { decrypt, encrypt, nFold } from '../../../api/soap/negotiate/kerberosCrypto.ts';
import { readKeytab } from '../../../api/soap/negotiate/keytab.ts';
import { negotiator } from '../../../api/soap/negotiate/negotiator.ts';
import { count, seed } from '../../support/profile.ts';
import { headerOf, key, serviceKey, type Wanted } from './kerberosTokens.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const minuteMs = 60_000;
const own = key();
const doorFor = (at = nowMs) => negotiator([serviceKey(own)], () => at);
const accepted = (wanted: Partial<Wanted> = {}, channel?: Buffer) =>
  doorFor().accept(headerOf({ own, nowMs, ...wanted }), channel)?.principal;
const right = 'svc-mim@CORP.EXAMPLE.TEST';

describe('a ticket', () => {
  test('that is right and of now names its principal, in each encryption', () => {
    expect(accepted()).toBe(right);
    for (const type of [17, 18, 19, 20]) {
      const service = key(type);
      const door = negotiator([serviceKey(service)], () => nowMs);
      expect(door.accept(headerOf({ own: service, nowMs }), undefined)?.principal).toBe(right);
    }
  });

  test('for another service, by another key, of another time or another person is none', () => {
    expect(accepted({ service: 'HTTP/other.example.com' })).toBeUndefined();
    expect(accepted({ own: key() })).toBeUndefined();
    expect(accepted({ endMs: nowMs - 6 * minuteMs })).toBeUndefined();
    expect(accepted({ startMs: nowMs + 6 * minuteMs })).toBeUndefined();
    expect(accepted({ provedMs: nowMs - 6 * minuteMs })).toBeUndefined();
    expect(accepted({ provedMs: nowMs + 6 * minuteMs })).toBeUndefined();
    expect(accepted({ prover: 'svc-admin' })).toBeUndefined();
  });

  test('counts once for as long as its proof could be taken', () => {
    let at = nowMs;
    const door = negotiator([serviceKey(own)], () => at);
    const header = headerOf({ own, nowMs });
    expect(door.accept(header, undefined)).toBeDefined();
    for (at = nowMs; at < nowMs + 12 * minuteMs; at += minuteMs)
      expect(door.accept(header, undefined)).toBeUndefined();
  });

  test('that is bound to a channel counts on that channel only; callers that bind nothing are taken', () => {
    const channel = Buffer.alloc(16, 7);
    expect(accepted({ channel }, Buffer.alloc(16, 7))).toBe(right);
    expect(accepted({ channel }, Buffer.alloc(16, 8))).toBeUndefined();
    expect(accepted({ channel }, undefined)).toBeUndefined();
    expect(accepted({}, Buffer.alloc(16, 8))).toBe(right);
  });

  test('NTLM, another mechanism first and what is no token at all let nobody in', () => {
    expect(accepted({ mechanism: '2b06010401823702020a' })).toBeUndefined();
    const ntlm = Buffer.from('NTLMSSP\0\x01\0\0\0').toString('base64');
    for (const header of [`Negotiate ${ntlm}`, 'Negotiate', 'Negotiate ====', `NTLM ${ntlm}`, ''])
      expect(doorFor().accept(header, undefined)).toBeUndefined();
    const long = `Negotiate ${'A'.repeat(100_000)}`;
    expect(doorFor().accept(long, undefined)).toBeUndefined();
  });

  test('changed anywhere, it lets in nobody but whom it named', () => {
    const octets = Buffer.from(headerOf({ own, nowMs }).slice('Negotiate '.length), 'base64');
    const change = tuple(nat(octets.length - 1), integer({ min: 1, max: 255 }));
    const cut = nat(octets.length);
    assert(
      property(array(change, { minLength: 1, maxLength: 4 }), cut, (changes, length) => {
        const changed = Buffer.from(octets);
        for (const [at, by] of changes) changed[at]! ^= by;
        const cutOff = length % 3 === 0 ? changed.subarray(0, length) : changed;
        const header = `Negotiate ${cutOff.toString('base64')}`;
        expect([undefined, right]).toContain(doorFor().accept(header, undefined)?.principal);
      }),
      { numRuns: count(20_000), seed },
    );
  });
});

describe('the cryptography', () => {
  test('folds as RFC 3961 appendix A.1 shows', () => {
    const folded = (text: string, octets: number) =>
      nFold(Buffer.from(text), octets).toString('hex');
    expect(folded('012345', 8)).toBe('be072631276b1955');
    expect(folded('password', 7)).toBe('78a07b6caf85fa');
    expect(folded('Rough Consensus, and Running Code', 8)).toBe('bb6ed30870b7f0e0');
    expect(folded('kerberos', 16)).toBe('6b65726265726f737b9b5b2b93132b93');
    expect(folded('kerberos', 32)).toBe(
      '6b65726265726f737b9b5b2b93132b935c9bdcdad95c9899c4cae4dee6d6cae4',
    );
  });

  test('opens what it sealed, of any length, and nothing by another key or for another use', () => {
    for (const type of [17, 18, 19, 20])
      for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 500]) {
        const [one, other] = [key(type), key(type)];
        const text = Buffer.alloc(length, 'x');
        const sealed = encrypt(one, 2, text);
        expect(decrypt(one, 2, sealed)).toEqual(text);
        expect(() => decrypt(other, 2, sealed)).toThrow(TokenRefused);
        expect(() => decrypt(one, 11, sealed)).toThrow(TokenRefused);
      }
  });

  test('opens the vectors of RFC 8009 appendix A', () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
    const aes128 = { type: 19, value: hex('3705D96080C17728A0E800EAB6E0D23C') };
    const six = hex('000102030405');
    const sealed = hex(
      '84D7F30754ED987BAB0BF3506BEB09CFB55402CEF7E6877CE99E247E52D16ED4421DFDF8976C',
    );
    expect(decrypt(aes128, 2, sealed)).toEqual(six);
  });
});

test('what is no keytab is told at the start', () => {
  expect(() => readKeytab(Buffer.from('no keytab'))).toThrow(TypeError);
  expect(() => readKeytab(Buffer.from('0502000000ff', 'hex'))).toThrow(TypeError);
  expect(readKeytab(Buffer.from('0502', 'hex'))).toEqual([]);
});
