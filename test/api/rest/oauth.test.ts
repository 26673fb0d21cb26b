import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metadataPath, oauthMetadata } from '../../../api/rest/oauthMetadata.ts';
import { scopes } from '../../../api/rest/scopes.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { failuresPerSecond: 1_000, tokensPerSecond: 1_000 } });
});
afterAll(() => rest.stop());

type Client = { readonly id: string; readonly secret: string };
const addClient = async (more: object = {}): Promise<Client> => {
  const body = { name: 'portal', scopes: ['verify', 'users.read'], kind: 'clientCredentials' };
  const { json } = await rest.call('POST', '/api-clients', { ...body, ...more });
  return { id: json.clientId, secret: json.token };
};
const encoded = (text: string): string => new URLSearchParams({ text }).toString().slice(5);
const basic = ({ id, secret }: Client) => ({
  authorization: `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`,
});
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const grant = 'grant_type=client_credentials';
const ask = (fields: string, headers: Record<string, string>, endpoint = 'token', at = rest) =>
  at.call('POST', `/oauth/${endpoint}`, fields, { authorization: '', ...form, ...headers });
const posted = ({ id, secret }: Client) => `client_id=${id}&client_secret=${encoded(secret)}`;

describe('RFC 6749 §4.4 a client', () => {
  test('gets a token by either kind of proof, and calls with it', async () => {
    const client = await addClient();
    for (const [fields, headers] of [
      [grant, basic(client)],
      [`${grant}&${posted(client)}`, {}],
      [`${grant}&client_id=${client.id}&scope=&strange=1`, basic(client)],
    ] as const) {
      const answer = await ask(fields, headers);
      expect([answer.status, answer.json]).toEqual([
        200,
        {
          access_token: expect.stringMatching(/^cst_/),
          token_type: 'Bearer',
          expires_in: 600,
          scope: 'verify users.read',
        },
      ]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('pragma')).toBe('no-cache');
      const bearer = { authorization: `Bearer ${answer.json.access_token}` };
      expect((await rest.call('GET', '/users', undefined, bearer)).status).toBe(200);
      expect((await rest.call('GET', '/settings', undefined, bearer)).status).toBe(403);
    }
  });

  test('narrows the scopes of a token, and never widens them', async () => {
    const client = await addClient();
    const answer = await ask(`${grant}&scope=verify`, basic(client));
    expect(answer.json.scope).toBe('verify');
    const bearer = { authorization: `Bearer ${answer.json.access_token}` };
    expect((await rest.call('GET', '/users', undefined, bearer)).status).toBe(403);
    for (const scope of ['settings.read', 'verify settings.read', 'verify%20%20', 'nonsense']) {
      const refused = await ask(`${grant}&scope=${scope}`, basic(client));
      expect([scope, refused.status, refused.json.error]).toEqual([scope, 400, 'invalid_scope']);
    }
    expect(rest.calls.filter(({ name }) => name === 'issueApiToken').at(-1)?.args).toEqual([
      client.id,
      ['verify'],
    ]);
  });

  test('its secret is no token, and a static token is no secret', async () => {
    const client = await addClient();
    const bearer = { authorization: `Bearer ${client.secret}` };
    expect((await rest.call('GET', '/users', undefined, bearer)).status).toBe(401);
    const fixed = await addClient({ kind: 'token' });
    expect((await ask(grant, basic(fixed))).json.error).toBe('invalid_client');
  });
});

describe('RFC 6749 §5.2 a refusal', () => {
  test('of a client that is not right is invalid_client with a challenge', async () => {
    const client = await addClient();
    const elsewhere = await addClient({ limits: { addresses: ['192.0.2.0/24'] } });
    const off = await addClient();
    await rest.call('PATCH', `/api-clients/${off.id}`, { enabled: false });
    for (const [fields, headers] of [
      [grant, {}],
      [grant, basic({ ...client, secret: 'wrong' })],
      [grant, basic({ ...client, secret: '' })],
      [grant, basic({ id: 'nobody', secret: client.secret })],
      [grant, { authorization: 'Basic ===' }],
      [grant, { authorization: 'Bearer abc' }],
      [`${grant}&client_id=${client.id}`, {}],
      [grant, basic(elsewhere)],
      [grant, basic(off)],
    ] as const) {
      const answer = await ask(fields, headers);
      expect([fields, answer.status, answer.json.error]).toEqual([fields, 401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="countersign"');
      expect(answer.text).not.toContain(client.secret);
    }
  });

  test.each([
    ['', 400, 'invalid_request'],
    ['grant_type=', 400, 'invalid_request'],
    ['grant_type=password', 400, 'unsupported_grant_type'],
    [`${grant}&grant_type=client_credentials`, 400, 'invalid_request'],
    [`${grant}&client_secret=x`, 400, 'invalid_request'],
    [`${grant}&client_id=another`, 400, 'invalid_request'],
    [`${grant}&x=${'y'.repeat(10_000)}`, 400, 'invalid_request'],
  ])('of %j says what is wrong', async (fields, status, error) => {
    const answer = await ask(fields, basic(await addClient()));
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  test('JSON, GET and a broken encoding are invalid requests', async () => {
    const client = await addClient();
    const json = { ...basic(client), 'content-type': 'application/json' };
    const other = await rest.call('POST', '/oauth/token', { grant_type: 'x' }, json);
    expect([other.status, other.json.error]).toEqual([400, 'invalid_request']);
    const read = await rest.call('GET', `/oauth/token?${grant}&${posted(client)}`, undefined, {
      authorization: '',
    });
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
    const broken = { authorization: `Basic ${Buffer.from('%E0%A4:x').toString('base64')}` };
    expect((await ask(grant, broken)).json.error).toBe('invalid_client');
  });

  test('SEC-61 wrong secrets and wrong tokens share one budget of an address', async () => {
    let now = 0;
    const slow = await restServer({ limits: { failuresPerSecond: 1 }, clock: () => now });
    try {
      const wrong = basic({ id: 'nobody', secret: 'wrong' });
      const statuses: number[] = [];
      for (let guess = 0; guess < 3; guess += 1)
        statuses.push((await ask(grant, wrong, 'token', slow)).status);
      const bearer = { authorization: `Bearer ${'a'.repeat(43)}` };
      for (let guess = 0; guess < 2; guess += 1)
        statuses.push((await slow.call('GET', '/users', undefined, bearer)).status);
      const last = await ask(grant, wrong, 'token', slow);
      expect([...statuses, last.status]).toEqual([401, 401, 401, 401, 429, 429]);
      expect([last.json.error, last.headers.get('retry-after')]).toEqual([
        'temporarily_unavailable',
        '1',
      ]);
      now += 60_000;
      expect((await ask(grant, wrong, 'token', slow)).status).toBe(401);
    } finally {
      await slow.stop();
    }
  });

  test('H65-9 a client that asks for tokens too often hears 429, and others do not notice', async () => {
    const slow = await restServer({ limits: { tokensPerSecond: 1 }, clock: () => 0 });
    try {
      const add = async (): Promise<Client> => {
        const body = { name: 'x', scopes: ['verify'], kind: 'clientCredentials' };
        const { json } = await slow.call('POST', '/api-clients', body);
        return { id: json.clientId, secret: json.token };
      };
      const [busy, other] = [await add(), await add()];
      const statuses: number[] = [];
      for (let call = 0; call < 5; call += 1)
        statuses.push((await ask(grant, basic(busy), 'token', slow)).status);
      expect(statuses).toEqual([200, 200, 200, 200, 429]);
      expect((await ask(grant, basic(other), 'token', slow)).status).toBe(200);
    } finally {
      await slow.stop();
    }
  });
});

describe('RFC 7009 a token', () => {
  test('is given back by its own client; any other text is none', async () => {
    const [client, other] = [await addClient(), await addClient()];
    const { json } = await ask(grant, basic(client));
    const bearer = { authorization: `Bearer ${json.access_token}` };
    const giveBack = (token: string, by: Client) =>
      ask(`token=${token}&token_type_hint=access_token`, basic(by), 'revoke');
    const status = async () => (await rest.call('GET', '/users', undefined, bearer)).status;

    expect((await giveBack(json.access_token, other)).status).toBe(200);
    expect((await giveBack('nonsense', client)).status).toBe(200);
    expect(await status()).toBe(200);
    const done = await giveBack(json.access_token, client);
    expect([done.status, done.text]).toEqual([200, '']);
    expect(await status()).toBe(401);
    expect((await ask('', basic(client), 'revoke')).json.error).toBe('invalid_request');
    const wrong = await ask(`token=${json.access_token}`, {}, 'revoke');
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client']);
  });

  test('ends with its client switched off', async () => {
    const client = await addClient();
    const { json } = await ask(grant, basic(client));
    await rest.call('PATCH', `/api-clients/${client.id}`, { enabled: false });
    const bearer = { authorization: `Bearer ${json.access_token}` };
    expect((await rest.call('GET', '/users', undefined, bearer)).status).toBe(401);
  });
});

test('RFC 8414 the metadata name the endpoints below the issuer', async () => {
  const app = express().get(
    metadataPath,
    oauthMetadata(() => 'https://mfa.example.org/', '/api/v1', false),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${metadataPath}`);
    const auth = ['client_secret_basic', 'client_secret_post'];
    expect(await answer.json()).toEqual({
      issuer: 'https://mfa.example.org',
      token_endpoint: 'https://mfa.example.org/api/v1/oauth/token',
      token_endpoint_auth_methods_supported: auth,
      revocation_endpoint: 'https://mfa.example.org/api/v1/oauth/revoke',
      revocation_endpoint_auth_methods_supported: auth,
      grant_types_supported: ['client_credentials'],
      response_types_supported: ['none'],
      scopes_supported: [...scopes],
      service_documentation: 'https://mfa.example.org/api/v1/docs',
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
