import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import { SealBroken } from '../../../adapters/secrets/port.ts';
import { userKey, type KeyOwner, type SealedPlace } from '../../../domain/sealed.ts';
import { inFolder, masterKey } from './given.ts';

const ann = userKey('A'.repeat(32));
const bob = userKey('B'.repeat(32));
const login = (owner: KeyOwner): SealedPlace => ({
  owner,
  stream: 'authentication-1',
  field: 'initiatingIp',
});
const name = (owner: KeyOwner): SealedPlace => ({ owner, stream: 'user-1', field: 'username' });

const given = <T>(
  run: (open: (nowMs?: number) => ReturnType<typeof openSecrets>) => Promise<T>,
): Promise<T> =>
  inFolder(async (folder) => {
    const opened: ReturnType<typeof openSecrets>[] = [];
    const open = (nowMs = Date.UTC(2026, 10, 23)) => {
      const file = join(folder, 'keys.db');
      const secrets = openSecrets({ file, masterKey, nowMs: () => nowMs });
      opened.push(secrets);
      return secrets;
    };
    try {
      return await run(open);
    } finally {
      for (const secrets of opened) await secrets.close();
    }
  });

test('a period takes what was sealed in it along, and nothing else', () =>
  given(async (open) => {
    const november = open();
    const december = open(Date.UTC(2026, 11, 1));
    const old = await november.seal(login(ann), '198.51.100.7');
    const young = await december.seal(login(ann), '198.51.100.8');
    const username = await november.seal(name(ann), 'ann@example.org');
    expect(await november.periods()).toEqual(['period:logins-2026-11', 'period:logins-2026-12']);
    expect(await november.open(login(ann), old)).toBe('198.51.100.7');

    await november.expire('period:logins-2026-11', []);
    const again = open();
    for (const secrets of [november, again]) {
      expect(await secrets.open(login(ann), old)).toBeUndefined();
      expect(await secrets.open(login(ann), young)).toBe('198.51.100.8');
      expect(await secrets.open(name(ann), username)).toBe('ann@example.org');
    }
    expect(await again.periods()).toEqual(['period:logins-2026-12']);
    await november.expire('period:logins-2026-11', []);
  }));

test('a clock that is set back into an expired period still seals, and an end of it takes that along', () =>
  given(async (open) => {
    const secrets = open();
    await secrets.seal(login(ann), 'before');
    await secrets.expire('period:logins-2026-11', []);
    const late = await secrets.seal(login(ann), 'after');
    expect(await secrets.open(login(ann), late)).toBe('after');
    await secrets.expire('period:logins-2026-11', []);
    expect(await secrets.open(login(ann), late)).toBeUndefined();
  }));

test('what is on hold stays readable until it is released, and no longer than its owner', () =>
  given(async (open) => {
    const secrets = open();
    const [ofAnn, ofBob] = [
      await secrets.seal(login(ann), 'ann'),
      await secrets.seal(login(bob), 'bob'),
    ];
    await secrets.expire('period:logins-2026-11', [ann]);
    expect(await secrets.heldOwners()).toEqual([ann]);
    expect(await open().open(login(ann), ofAnn)).toBe('ann');
    expect(await secrets.open(login(bob), ofBob)).toBeUndefined();
    await secrets.release(ann);
    expect(await secrets.open(login(ann), ofAnn)).toBeUndefined();
    expect(await secrets.heldOwners()).toEqual([]);

    const next = open(Date.UTC(2026, 11, 1));
    const held = await next.seal(login(ann), 'ann');
    await next.expire('period:logins-2026-12', [ann]);
    await next.destroy(ann);
    expect(await next.open(login(ann), held)).toBeUndefined();
    expect(await next.heldOwners()).toEqual([]);
  }));

test('SEC-69 erasing a person destroys what periods sealed of them, and no flipped key id opens anything', () =>
  given(async (open) => {
    const secrets = open();
    const sealed = await secrets.seal(login(ann), 'ann');
    const [, ids = '', body = ''] = sealed.split(':');
    for (const other of [ids.slice(0, 16), ids.slice(16), ids.slice(16) + ids.slice(0, 16)])
      await expect(
        secrets.open(login(ann), `s1:${other}:${body}` as typeof sealed),
      ).rejects.toBeInstanceOf(SealBroken);
    await secrets.destroy(ann);
    expect(await secrets.open(login(ann), sealed)).toBeUndefined();
  }));
