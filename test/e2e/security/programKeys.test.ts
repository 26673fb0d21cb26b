import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { scopes } from '../../../api/rest/scopes.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { formsOf, hitsIn, filesBelow } from '../support/needles.ts';
import { startNodes, type Nodes } from '../support/nodes.ts';
import { addSdkAccount, inParts, sdkOf } from '../support/people.ts';
import { restClient } from '../support/rest.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* The keys of programs: SDK accounts and API clients. */

const made = 24;
const leastBits = 128;
const refusedWithinMs = 5_000;
const bitsOfCharacter = 6; // base64url
const data = temporaryData();
let nodes: Nodes;

beforeAll(async () => {
  nodes = await startNodes(data.path);
}, 120_000);

afterAll(async () => {
  await nodes.end('SIGTERM');
  await data.remove();
}, 60_000);

type Made = { readonly passwords: readonly string[]; readonly tokens: readonly string[] };

const makeKeys = async (): Promise<Made> => {
  const { rest } = nodes.first;
  const numbers = Array.from({ length: made }, (_, number) => number);
  const accounts = await inParts(numbers, (number) => addSdkAccount(rest, `many-${number}`, false));
  const clients = await inParts(numbers, (number) =>
    rest.ok<{ token: string }>('POST', '/api-clients', {
      name: `many-${number}`,
      scopes: ['verify'],
    }),
  );
  return {
    passwords: accounts.map(({ password }) => password),
    tokens: clients.map(({ token }) => token),
  };
};

/** Bits of the positions that differ between keys; equal ones carry nothing. */
const variableBits = (keys: readonly string[]): number => {
  const length = Math.min(...keys.map((key) => key.length));
  const varying = Array.from({ length }, (_, at) => new Set(keys.map((key) => key[at])).size);
  // Of 64 characters, 24 draws show about 20 different ones; a poor generator shows few.
  return varying.filter((different) => different >= 14).length * bitsOfCharacter;
};

const statusOf = async (node: Nodes['first'], account: { username: string; password: string }) => {
  const sdk = sdkOf(node, account);
  try {
    return (await sdk.call('TestSecurity', {})).status;
  } finally {
    sdk.close();
  }
};

const restStatus = (node: Nodes['first'], authorization: string): Promise<number> =>
  fetch(`${node.info.http}/api/v1/settings`, { headers: { authorization } }).then(
    ({ status }) => status,
  );

describe('SEC-64 keys of programs', () => {
  test(`SEC-64 have at least ${leastBits} bits, differ, and lie nowhere but as SHA-256`, async () => {
    const { passwords, tokens } = await makeKeys();
    for (const keys of [passwords, tokens]) {
      expect(new Set(keys).size).toBe(made);
      expect(variableBits(keys)).toBeGreaterThanOrEqual(leastBits);
    }
    const files = filesBelow(layoutOf(data.path).root);
    const hits = [...passwords, ...tokens].flatMap((key) => hitsIn(files, formsOf(key)));
    expect(hits).toEqual([]);
    const hash = createHash('sha256').update(tokens[0]!).digest('hex');
    const kept = hitsIn(files, [{ form: 'raw', bytes: Buffer.from(hash) }]).map(({ file }) =>
      basename(file),
    );
    expect(kept.some((file) => file.startsWith('events.db'))).toBe(true);
    expect(kept.some((file) => file.startsWith('views.db'))).toBe(true);
  });

  test('SEC-64 an empty or missing key never matches', async () => {
    const { username } = await addSdkAccount(nodes.first.rest, 'svc-empty');
    for (const node of [nodes.first, nodes.second]) {
      for (const password of ['', ' ', '\u00a0', 'undefined', 'null'])
        expect(await statusOf(node, { username, password })).toBe(401);
      expect(await statusOf(node, { username: '', password: '' })).toBe(401);
      for (const authorization of ['Bearer', 'Bearer ', 'Bearer undefined', 'Basic Og==', ':', ''])
        expect([401, 429]).toContain(await restStatus(node, authorization));
    }
    // Wrong tokens share a small budget of answers, which must not hide an accept.
    const { token } = await nodes.first.rest.ok<{ token: string }>('POST', '/api-clients', {
      name: 'reader',
      scopes: ['settings.read'],
    });
    expect(await restStatus(nodes.first, `Bearer ${token}`)).toBe(200);
  });

  test(`SEC-64 a revoked account or client is refused by both processes within ${refusedWithinMs} ms`, async () => {
    const { rest } = nodes.first;
    const both = [nodes.first, nodes.second];
    const account = await addSdkAccount(rest, 'svc-revoked');
    const { clientId, token } = await rest.ok<{ clientId: string; token: string }>(
      'POST',
      '/api-clients',
      { name: 'revoked', scopes: [...scopes] },
    );
    for (const node of both) {
      await until('the account to be known', async () => (await statusOf(node, account)) === 200);
      await until(
        'the client to be known',
        async () => (await restStatus(node, `Bearer ${token}`)) === 200,
      );
    }
    const since = Date.now();
    // Each is revoked at one process and used at the other.
    await nodes.second.rest.ok('DELETE', '/service-accounts/svc-revoked');
    await rest.ok('DELETE', `/api-clients/${clientId}`);
    for (const node of both) {
      await until(
        'the account to be refused',
        async () => (await statusOf(node, account)) === 401,
        refusedWithinMs,
      );
      await until(
        'the client to be refused',
        async () => {
          const { status } = await restClient(node.info.http, token).call('GET', '/settings');
          return status === 401;
        },
        refusedWithinMs,
      );
    }
    const tookMs = Date.now() - since;
    expect(tookMs).toBeLessThanOrEqual(refusedWithinMs);
    process.stderr.write(`SEC-64: refused everywhere after ${tookMs} ms\n`);
  });
});
