import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  certificateAuthority,
  selfSigned,
  type Authority,
  type Pair,
} from '../support/certificates.ts';
import type { Nodes } from '../support/nodes.ts';
import { restClient } from '../support/rest.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

type Called = { readonly status: number; readonly body: Record<string, unknown> };
/** curl, with a certificate or without. */
const curl = async (node: Nodes['first'], path: string, more: object, by?: Pair) => {
  const { data: fields = {}, headers = {} } = more as Record<string, Record<string, string>>;
  const { https, ca } = node.info;
  const { stdout } = await run('curl', [
    '--silent',
    '--show-error',
    '--cacert',
    ca,
    '--write-out',
    '\n%{http_code}',
    ...(by ? ['--cert', by.certPath, '--key', by.keyPath] : []),
    ...Object.entries(fields).flatMap(([name, value]) => ['--data', `${name}=${value}`]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    `${https}${path}`,
  ]);
  const [, text = '', status] = /^([^]*)\n(\d+)$/.exec(stdout) ?? [];
  const body = text === '' ? {} : (JSON.parse(text) as Called['body']);
  return { status: Number(status), body };
};

type Made = { readonly clientId: string; readonly token?: string };

/** Clients that show certificates, made by OpenSSL, at two processes; curl is the caller. */
export const certificateTests = ({
  nodes,
  authority,
  folder,
}: {
  readonly nodes: () => Nodes;
  /** The one that both processes ask for certificates. */
  readonly authority: Authority;
  readonly folder: string;
}): void => {
  describe('RFC 8705 certificates', () => {
    const own = selfSigned(folder, 'shop');
    const issued = authority.issue('shop.example.test');
    const stranger = selfSigned(folder, 'stranger');
    const users = '/api/v1/users?limit=1';
    const bearer = (token: unknown) => ({ headers: { authorization: `Bearer ${String(token)}` } });
    let pinned: Made;
    let named: Made;
    const add = (more: object) =>
      nodes().first.rest.ok<Made>('POST', '/api-clients', { name: 'shop', ...more });
    beforeAll(async () => {
      const shop = { scopes: ['users.read', 'verify'], kind: 'certificate' };
      pinned = await add({ ...shop, certificates: [own.fingerprint] });
      named = await add({ ...shop, certificateNames: ['shop.example.test'] });
    });
    const grant = (clientId: string) => ({
      data: { grant_type: 'client_credentials', client_id: clientId, scope: 'users.read' },
    });
    const tokenPath = '/api/v1/oauth/token';

    test('a client has no secret, and one certificate says of one client who it is', async () => {
      expect(pinned).toEqual({ clientId: pinned.clientId });
      const { rest } = nodes().first;
      const other = { name: 'x', scopes: ['verify'], kind: 'certificate' };
      const statuses = [
        await rest.call('POST', '/api-clients', { ...other, certificates: [own.fingerprint] }),
        await rest.call('POST', '/api-clients', other),
        await rest.call('POST', '/api-clients', {
          ...other,
          kind: 'token',
          certificateNames: ['x'],
        }),
        await rest.call('POST', `/api-clients/${pinned.clientId}/secret`),
      ].map(({ status }) => status);
      expect(statuses).toEqual([409, 422, 422, 403]);
    });

    test('SEC-60 lets a client in by the certificate alone, and nobody else', async () => {
      const { first, second } = nodes();
      const status = async (by?: Pair, more: object = {}, node = first) =>
        (await curl(node, users, more, by)).status;
      await until(
        'the other process to know it',
        async () => (await status(own, {}, second)) === 200,
      );
      expect([await status(own), await status(issued)]).toEqual([200, 200]);
      const others = [undefined, stranger, authority.issue('other.example.test')];
      for (const by of others) expect(await status(by)).toBe(401);
      // Of the right name, but by somebody whom nobody here asks.
      const forged = certificateAuthority(`${folder}/forged`, 'campus').issue('shop.example.test');
      expect(await status(forged)).toBe(401);
      // A browser shows certificates for whichever page it has open.
      expect(await status(own, { headers: { origin: 'https://evil.example' } })).toBe(401);
      // Whoever says who they are is judged by that.
      expect(await status(own, bearer('wrong-token-of-nobody'))).toBe(401);
      expect((await curl(first, '/api/v1/settings', {}, own)).status).toBe(403);
    });

    test('gives tokens that count with the certificate alone, at whichever process', async () => {
      const { first, second } = nodes();
      for (const [{ clientId }, by] of [[pinned, own] as const, [named, issued] as const]) {
        const { status, body } = await curl(first, tokenPath, grant(clientId), by);
        expect([status, body['scope'], body['token_type']]).toEqual([200, 'users.read', 'Bearer']);
        const uses = bearer(body['access_token']);
        const statuses = [
          await curl(first, users, uses, by),
          await curl(second, users, uses, by),
          await curl(first, users, uses),
          await curl(first, users, uses, by === own ? issued : own),
          await curl(first, users, uses, stranger),
        ].map((answer) => answer.status);
        expect(statuses).toEqual([200, 200, 401, 401, 401]);
        const plain = restClient(first.info.http, String(body['access_token']));
        expect((await plain.call('GET', '/users?limit=1')).status).toBe(401);
        const token = { token: String(body['access_token']), client_id: clientId };
        expect((await curl(first, '/api/v1/oauth/revoke', { data: token }, by)).status).toBe(200);
        await until(
          'the token to be refused',
          async () => (await curl(first, users, uses, by)).status === 401,
        );
      }
      const refused = [
        await curl(first, tokenPath, grant(pinned.clientId)),
        await curl(first, tokenPath, grant(pinned.clientId), stranger),
        await curl(first, tokenPath, grant(pinned.clientId), issued),
      ].map(({ status, body }) => [status, body['error']]);
      expect(refused).toEqual(Array.from({ length: 3 }, () => [401, 'invalid_client']));
    });

    test('a certificate is exchanged for another one, and the old one counts no more', async () => {
      const { rest } = nodes().first;
      const next = selfSigned(folder, 'shop-2');
      const { body } = await curl(nodes().first, tokenPath, grant(pinned.clientId), own);
      const path = `/api-clients/${pinned.clientId}`;
      await rest.ok('PATCH', path, { certificates: [next.fingerprint] });
      const status = async (by: Pair, more: object = {}) =>
        (await curl(nodes().first, users, more, by)).status;
      expect([await status(own), await status(next)]).toEqual([401, 200]);
      // The token that it got is for the certificate, and ends with the client.
      await rest.ok('PATCH', path, { enabled: false });
      expect(await status(own, bearer(body['access_token']))).toBe(401);
      expect(await status(next)).toBe(401);
    });

    test('RFC 8705 §5 the metadata say so', async () => {
      const { https } = nodes().first.info;
      const found = (await curl(nodes().first, '/.well-known/oauth-authorization-server', {})).body;
      expect(found).toMatchObject({
        tls_client_certificate_bound_access_tokens: true,
        mtls_endpoint_aliases: {
          token_endpoint: `${https}/api/v1/oauth/token`,
          revocation_endpoint: `${https}/api/v1/oauth/revoke`,
        },
      });
      expect(found['token_endpoint_auth_methods_supported']).toEqual([
        'client_secret_basic',
        'client_secret_post',
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ]);
    });
  });
};
