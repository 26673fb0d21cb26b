import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '../../../adapters/otp/base32.ts';
import { readPskc } from '../../../api/tokenFiles/pskc.ts';
import { Rejected } from '../../../domain/errors.ts';
import { encryptedPskc, plainPskc, rfcPassword, rfcPskc, type PskcKey } from './pskcFile.ts';

const base32 = { decode: decodeBase32, encode: encodeBase32 };
const read = async (text: string, password?: string) =>
  (await readPskc(Buffer.from(text), password, base32)).lines;
const refusal = async (text: string, password?: string): Promise<string> => {
  try {
    await read(text, password);
    return 'not refused';
  } catch (error) {
    if (error instanceof Rejected) return error.message;
    throw error;
  }
};
const spelled = (secret: Buffer): string => encodeBase32(secret).toUpperCase();

const clock: PskcKey = { serial: 'C1', secret: randomBytes(20), kind: 'totp', interval: 60 };
const button: PskcKey = {
  serial: 'B1',
  secret: randomBytes(32),
  kind: 'hotp',
  digits: 8,
  counter: 17,
};

describe('PSKC (RFC 6030)', () => {
  test('a plain container is read: tokens with clocks and with counters', async () => {
    const about = { manufacturer: 'Example Tokens', model: 'E1', weak: false };
    expect(await read(plainPskc([clock, button]))).toEqual([
      {
        line: 1,
        token: {
          ...about,
          serial: 'C1',
          secret: spelled(clock.secret),
          kind: 'totp',
          digits: 6,
          periodSeconds: 60,
          counter: 0,
        },
      },
      {
        line: 2,
        token: {
          ...about,
          serial: 'B1',
          secret: spelled(button.secret),
          kind: 'hotp',
          digits: 8,
          periodSeconds: 30,
          counter: 17,
        },
      },
    ]);
  });

  test('the RFC’s own example opens with its password', async () => {
    expect(await read(rfcPskc(), rfcPassword)).toMatchObject([
      {
        token: {
          serial: '987654321',
          secret: spelled(Buffer.from('12345678901234567890')),
          kind: 'hotp',
          digits: 8,
        },
      },
    ]);
  });

  test('a container of ours is encrypted and read back', async () => {
    const file = encryptedPskc([clock, button], 'Tr0ub4dor&3');
    expect(file).not.toContain(clock.secret.toString('base64'));
    const lines = await read(file, 'Tr0ub4dor&3');
    expect(lines.map((line) => 'token' in line && line.token.secret)).toEqual([
      spelled(clock.secret),
      spelled(button.secret),
    ]);
  });

  test('a wrong or missing password, or another kind of key, is said', async () => {
    expect(await refusal(rfcPskc())).toContain('give its password');
    expect(await refusal(rfcPskc(), 'qwertz')).toContain('the password is wrong');
    const preShared = rfcPskc((text) => text.replaceAll('xenc11:DerivedKey', 'xenc11:Other'));
    expect(await refusal(preShared, rfcPassword)).toContain('not supported');
    const slow = rfcPskc((text) => text.replace('>1000<', '>100000000<'));
    expect(await refusal(slow, rfcPassword)).toContain('out of bounds');
  });

  test('a secret that was altered is refused by its MAC, and the others are taken', async () => {
    const altered = rfcPskc((text) => text.replace('LP6x', 'LP6y'));
    expect(await read(altered, rfcPassword)).toEqual([
      { line: 1, serial: '987654321', fault: 'the secret was altered: its MAC is wrong' },
    ]);
    const flipped = rfcPskc((text) => text.replace('oTvo', 'oTvp'));
    expect(await read(flipped, rfcPassword)).toMatchObject([
      { fault: 'the secret was altered: its MAC is wrong' },
    ]);
    const bare = rfcPskc((text) => text.replace(/<ValueMAC>.*<\/ValueMAC>/, ''));
    expect(await read(bare, rfcPassword)).toMatchObject([
      { fault: 'the secret or its MAC is missing' },
    ]);
    const noMac = rfcPskc((text) => text.replace(/<MACMethod[\s\S]*<\/MACMethod>/, ''));
    expect(await refusal(noMac, rfcPassword)).toContain('without a known MAC');
  });

  test('keys that cannot be used are told by serial number, never by secret', async () => {
    const secret = randomBytes(8);
    const lines = await read(
      plainPskc([
        { ...clock, serial: 'short', secret },
        { ...clock, serial: 'sha256', suite: 'HMAC-SHA256' },
        { ...clock, serial: 'seven', digits: 7 },
        { ...clock, serial: 'slow', interval: 90 },
        { ...clock, serial: 'weak', secret: randomBytes(10), suite: 'HMAC-SHA1' },
      ]),
    );
    expect(lines.map((line) => ('fault' in line ? line.fault : line.token.weak))).toEqual([
      'secret: at least 80 bits',
      'algorithm: only HMAC-SHA-1 is supported',
      'digits: 6 or 8',
      'interval: 30 or 60',
      true,
    ]);
    expect(JSON.stringify(lines)).not.toContain(spelled(secret));
  });

  test('what is no container is refused, and so is what XML may do beside holding data', async () => {
    expect(await refusal('<KeyContainer')).toContain('no XML');
    expect(await refusal('<other/>')).toContain('no key container');
    expect(
      await refusal('<!DOCTYPE a [<!ENTITY b "c">]><KeyContainer>&b;</KeyContainer>'),
    ).toContain('doctype');
  });
});
