import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { radiusClient } from '../../../api/rest/items/radius.ts';
import { radiusTarget } from '../../../api/rest/items/radiusTarget.ts';
import { itemSecrets } from '../../../domain/items.ts';
import { terminal, type Terminal } from '../../cli/terminal.ts';

let cli: Terminal;
beforeAll(async () => {
  cli = await terminal();
});
afterAll(() => cli.rest.stop());

const addresses = ['192.0.2.1'];

test('SEC-08 a shared secret has 1 to 128 octets that every client can be given', () => {
  const target = (secret: string) => ({
    servers: [{ serverId: 'one', address: '192.0.2.2', secret }],
  });
  const takes = (secret: string): boolean => {
    const [client, behind] = [
      radiusClient.safeParse({ addresses, secret }).success,
      radiusTarget.safeParse(target(secret)).success,
    ];
    expect(behind).toBe(client);
    return client;
  };
  expect(['x', 'x'.repeat(128), 'a blank and "marks"'].map(takes)).toEqual([true, true, true]);
  const refused = ['', 'x'.repeat(129), 'ü', 'a\nb', 'a\0b'];
  expect(refused.map(takes)).toEqual(refused.map(() => false));
});

test('SEC-08 one that is made has 32 characters of 192 random bits; a short one is warned of', async () => {
  // The server makes one of as many where none comes.
  expect(itemSecrets.radiusClient).toEqual([
    expect.objectContaining({ whenMissing: 'make', octets: 24 }),
  ]);
  const add = ['radius-clients', 'add', '192.0.2.1'] as const;
  const [made, short] = await Promise.all([
    cli.run(...add),
    cli.run(...add, '--secret', '23 characters, no more.'),
  ]);
  expect(made.out).toMatch(/^secret +[\w-]{32}$/m);
  expect(made.out).not.toContain('warning');
  expect(short.out).toContain('fewer than 24 characters');
});

test('SEC-15 a client has an address, a certificate, or a name in one', () => {
  const fingerprint = Array<string>(32).fill('AB').join(':');
  const parsed = radiusClient.parse({ certificates: [fingerprint] });
  expect(parsed).toMatchObject({ addresses: [], certificates: ['ab'.repeat(32)] });
  expect(radiusClient.safeParse({ certificateNames: ['gw1.example.test'] }).success).toBe(true);
  const wrong = [
    {},
    { addresses: [], certificates: [] },
    { certificates: ['ab'.repeat(31)] },
    { certificateNames: ['*.example.test'] },
    { certificateNames: [''] },
  ];
  for (const item of wrong)
    expect([item, radiusClient.safeParse(item).success]).toEqual([item, false]);
});
