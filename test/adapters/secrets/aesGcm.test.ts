import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { maxPlainBytes, openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import { OwnerErased } from '../../../adapters/secrets/keyring.ts';
import { SealBroken } from '../../../adapters/secrets/port.ts';
import { userKey, type Sealed, type SealedPlace } from '../../../domain/sealed.ts';
import { count, seed } from '../../support/profile.ts';
import { inFolder, masterKey, phoneOf, withSecrets } from './given.ts';
import { anyText } from '../../support/anyText.ts';

const at = phoneOf('1');
const name = anyText({ maxLength: 20 });
const places: fc.Arbitrary<SealedPlace> = fc.record({
  owner: fc.oneof(
    fc.constant('settings' as const),
    fc.constant('requests' as const),
    name.map(userKey),
  ),
  stream: name,
  field: name,
});
const keyOf = ({ owner, stream, field }: SealedPlace) => JSON.stringify([owner, stream, field]);
const keyIdOf = (sealed: string): string => sealed.split(':')[1] ?? '';

describe('sealing', () => {
  test('what is sealed for a place opens there', () =>
    withSecrets((secrets) =>
      fc.assert(
        fc.asyncProperty(places, anyText(), async (place, plain) => {
          const text = plain.toWellFormed(); // UTF-8 has no lone surrogates.
          const sealed = await secrets.seal(place, text);
          expect(sealed).toMatch(/^s1:[\w-]{16}:[\w-]+$/);
          expect(await secrets.open(place, sealed)).toBe(text);
        }),
        { seed, numRuns: count(2_000) },
      ),
    ));

  test('SEC-69 a sealed text with any bit flipped does not open', () =>
    withSecrets(async (secrets) => {
      const sealed = await secrets.seal(at, '+49 30 901820');
      const bytes = Buffer.from(sealed);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await expect(secrets.open(at, altered.toString('latin1') as Sealed)).rejects.toThrow(
          SealBroken,
        );
      }
    }));

  test('SEC-69 a nonce, ciphertext or tag with any bit flipped does not open', () =>
    withSecrets(async (secrets) => {
      const sealed = await secrets.seal(at, '+49 30 901820');
      const [, id, body = ''] = sealed.split(':');
      const bytes = Buffer.from(body, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const text = `s1:${id}:${altered.toString('base64url')}` as Sealed;
        await expect(secrets.open(at, text)).rejects.toThrow(SealBroken);
      }
    }));

  test('SEC-69 a sealed text opens at no other place: person, stream or field', () =>
    withSecrets((secrets) =>
      fc.assert(
        fc.asyncProperty(places, places, async (one, other) => {
          fc.pre(keyOf(one) !== keyOf(other));
          const sealed = await secrets.seal(one, 'x');
          await secrets.seal(other, 'y');
          const elsewhere = [
            other,
            { ...one, owner: other.owner },
            { ...one, stream: other.stream },
            { ...one, field: other.field },
            { owner: one.owner, stream: one.field, field: one.stream },
            { ...one, stream: one.stream + one.field, field: '' },
          ].filter((place) => keyOf(place) !== keyOf(one));
          for (const place of elsewhere)
            await expect(secrets.open(place, sealed)).rejects.toThrow(SealBroken);
        }),
        { seed, numRuns: count(2_000) },
      ),
    ));

  test('SEC-69 the key id of another person or version does not open it', () =>
    withSecrets(async (secrets) => {
      const mine = await secrets.seal(at, 'mine');
      const theirs = await secrets.seal(phoneOf('2'), 'theirs');
      const swapped = mine.replace(keyIdOf(mine), keyIdOf(theirs)) as Sealed;
      await expect(secrets.open(at, swapped)).rejects.toThrow(SealBroken);
    }));

  test.each([
    '',
    'plain',
    's1::',
    's1:abc:',
    's2:abc:abcd',
    's1:abcdefghijklmnop:AAAA',
    's1:a:b:c',
  ])('refuses %p as a sealed text', (text) =>
    withSecrets(async (secrets) => {
      await expect(secrets.open(at, text as Sealed)).rejects.toThrow(SealBroken);
    }),
  );

  test('SEC-69 equal values never look alike', () =>
    withSecrets(async (secrets) => {
      const many = await Promise.all(Array.from({ length: 200 }, () => secrets.seal(at, 'same')));
      const nonces = many.map((sealed) =>
        Buffer.from(sealed.split(':')[2] ?? '', 'base64url').toString('hex', 0, 12),
      );
      expect(new Set(nonces).size).toBe(200);
    }));

  test('bounds what it seals, without showing it', () =>
    withSecrets(async (secrets) => {
      const long = 'a'.repeat(maxPlainBytes);
      expect(await secrets.open(at, await secrets.seal(at, long))).toBe(long);
      const error = await secrets.seal(at, `${long}b`).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).not.toContain('aaa');
    }));
});

describe('data keys', () => {
  test('a person has one key, made once though many ask at once', () =>
    withSecrets(async (secrets) => {
      const asks = Array.from({ length: 50 }, (_, index) =>
        secrets.seal(phoneOf(`${index % 5}`), 'x'),
      );
      expect(new Set((await Promise.all(asks)).map(keyIdOf)).size).toBe(5);
    }));

  test('no key stands in the file in the clear, and none opens under another master key', () =>
    withSecrets(async (secrets, file) => {
      await secrets.seal(at, 'x');
      const db = new DatabaseSync(file, { readOnly: true });
      const wrapped = db.prepare('SELECT wrapped FROM data_keys').get()?.['wrapped'];
      db.close();
      expect(wrapped).toHaveProperty('length', 12 + 32 + 16);
      expect(readFileSync(file).includes(masterKey)).toBe(false);
      expect(() => openSecrets({ file, masterKey: randomBytes(32) })).toThrow(
        /was made with another master key$/,
      );
      expect(() => openSecrets({ file, masterKey: randomBytes(16) })).toThrow(TypeError);
    }));

  test('SEC-69 a key that has sealed enough is followed by the next version; both open', () =>
    withSecrets(async (secrets) => {
      const sealed: Sealed[] = [];
      for (let index = 0; index < 10; index++) sealed.push(await secrets.seal(at, `${index}`));
      const ids = sealed.map(keyIdOf);
      expect(new Set(ids).size).toBe(4);
      expect(ids.filter((id) => id === ids[0])).toHaveLength(3);
      for (const [index, text] of sealed.entries())
        expect(await secrets.open(at, text)).toBe(`${index}`);
    }, 3));

  test('SEC-69 half of 2^32 seals are a key’s last, so that counts which crashes forget do no harm', () =>
    inFolder(async (folder) => {
      const file = `${folder}/keys.db`;
      const first = openSecrets({ file, masterKey });
      const ids = [keyIdOf(await first.seal(at, 'x'))];
      await first.close();
      const db = new DatabaseSync(file);
      db.prepare('UPDATE data_keys SET seals = ?').run(2 ** 31 - 1);
      db.close();
      const secrets = openSecrets({ file, masterKey });
      for (let index = 0; index < 2; index++) ids.push(keyIdOf(await secrets.seal(at, 'x')));
      expect(ids[1]).toBe(ids[0]);
      expect(ids[2]).not.toBe(ids[0]);
      await secrets.close();
    }));

  test('SEC-69 seals are counted over restarts', () =>
    inFolder(async (folder) => {
      const file = `${folder}/keys.db`;
      const ids: string[] = [];
      for (let start = 0; start < 4; start++) {
        const secrets = openSecrets({ file, masterKey, maxSealsPerKey: 4 });
        for (let index = 0; index < 2; index++) ids.push(keyIdOf(await secrets.seal(at, 'x')));
        await secrets.close();
      }
      expect(new Set(ids.slice(0, 4)).size).toBe(1);
      expect(new Set(ids).size).toBe(2);
    }));

  test('a destroyed key opens nothing, seals nothing and is not made again', () =>
    withSecrets(async (secrets, file) => {
      const sealed = [await secrets.seal(at, '1'), await secrets.seal(at, '2')];
      const other = await secrets.seal(phoneOf('2'), 'other');
      await secrets.destroy(at.owner);
      await secrets.destroy(at.owner);
      for (const text of sealed) expect(await secrets.open(at, text)).toBeUndefined();
      await expect(secrets.seal(at, '3')).rejects.toThrow(OwnerErased);
      expect(await secrets.open(phoneOf('2'), other)).toBe('other');
      const again = openSecrets({ file, masterKey });
      expect(await again.open(at, sealed[0] as Sealed)).toBeUndefined();
      await expect(again.seal(at, '3')).rejects.toThrow(OwnerErased);
      await again.close();
    }, 1));

  test('a destroyed key leaves no trace in its file', () =>
    withSecrets(async (secrets, file) => {
      await secrets.seal(at, 'x');
      const db = new DatabaseSync(file, { readOnly: true });
      const wrapped = db.prepare('SELECT wrapped FROM data_keys').get()?.['wrapped'];
      db.close();
      if (!(wrapped instanceof Uint8Array)) throw new TypeError('no key in the table');
      expect(readFileSync(file).includes(Buffer.from(wrapped))).toBe(true);
      await secrets.destroy(at.owner);
      expect(readFileSync(file).includes(Buffer.from(wrapped))).toBe(false);
    }));

  test('a person who was erased before their first value is sealed for neither', () =>
    withSecrets(async (secrets) => {
      await secrets.destroy(at.owner);
      await expect(secrets.seal(at, 'x')).rejects.toThrow(OwnerErased);
    }));
});

describe('keyed hashes', () => {
  test('are equal for equal texts, and differ by purpose and master key', () =>
    withSecrets(async (secrets, file) => {
      const hash = secrets.hash('username', 'alice');
      expect(hash).toMatch(/^[\da-f]{64}$/);
      expect(secrets.hash('username', 'alice')).toBe(hash);
      expect(secrets.hash('origin', 'alice')).not.toBe(hash);
      expect(secrets.hash('username', 'bob')).not.toBe(hash);
      const reopened = openSecrets({ file, masterKey });
      expect(reopened.hash('username', 'alice')).toBe(hash);
      await reopened.close();
      const other = openSecrets({ file: `${file}2`, masterKey: randomBytes(32) });
      expect(other.hash('username', 'alice')).not.toBe(hash);
      await other.close();
    }));
});
