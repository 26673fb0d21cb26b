import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1000 } });
});
afterAll(() => rest.stop());

const ips = { addresses: ['192.0.2.0/24'] };
const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  rest.call('PUT', `/configuration/${path}`, body, headers);

describe('lists of the configuration', () => {
  test('what was set is read, listed, changed with its ETag and removed', async () => {
    const made = await put('trustedIps/office', ips);
    expect([made.status, made.json.itemId, made.json.made]).toEqual([200, 'office', {}]);
    const read = await rest.call('GET', '/configuration/trustedIps/office');
    expect(read.json.item).toEqual(ips);
    const etag = read.headers.get('etag') ?? '';
    expect(etag).toBe(`"${read.json.version}"`);
    const { json: list } = await rest.call('GET', '/configuration/trustedIps');
    expect(list.items.map((item: { itemId: string }) => item.itemId)).toEqual(['office']);
    const gone = await rest.call('DELETE', '/configuration/trustedIps/office', undefined, {
      'if-match': etag,
    });
    expect(gone.status).toBe(204);
    expect((await rest.call('GET', '/configuration/trustedIps/office')).status).toBe(404);
  });

  test('two editors with the same ETag: one wins, one gets 412; without one 428', async () => {
    await put('trustedIps/race', ips);
    const etag = (await rest.call('GET', '/configuration/trustedIps/race')).headers.get('etag')!;
    const change = (note: string) => put('trustedIps/race', { ...ips, note }, { 'if-match': etag });
    const answers = await Promise.all([change('one'), change('two')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect((await put('trustedIps/race', ips)).status).toBe(428);
    expect((await put('trustedIps/race', ips, { 'if-match': '*' })).status).toBe(200);
    expect((await put('trustedIps/none', ips, { 'if-match': '*' })).status).toBe(412);
    expect((await put('trustedIps/race', ips, { 'if-match': 'x' })).status).toBe(400);
  });

  test.each([
    ['trustedIps', { addresses: ['300.0.0.1'] }, '/addresses/0'],
    ['trustedIps', { addresses: ['192.0.2.0/33'] }, '/addresses/0'],
    ['trustedIps', { addresses: ['192.0.2.9-192.0.2.1'] }, '/addresses/0'],
    ['trustedIps', { addresses: ['192.0.2.1-2001:db8::1'] }, '/addresses/0'],
    ['trustedIps', { addresses: ['2001:db8::ff-2001:db8::1'] }, '/addresses/0'],
    ['trustedIps', { addresses: [] }, '/addresses'],
    ['cacheRule', { type: 'user', seconds: 0 }, '/seconds'],
    ['cacheRule', { type: 'user', seconds: 86_401 }, '/seconds'],
    ['webhook', { url: 'http://example.org/', types: ['*'] }, '/url'],
    ['webhook', { url: 'https://u:p@example.org/', types: ['*'] }, '/url'],
    ['webhook', { url: 'https://example.org/', types: ['a*b'] }, '/types/0'],
    [
      'webhook',
      { url: 'https://example.org/', types: ['*'], keys: [{ keyId: 'a', secret: 'short' }] },
      '/keys/0/secret',
    ],
    [
      'webhook',
      { url: 'https://example.org/', types: ['*'], keys: [{ keyId: 'a' }, { keyId: 'a' }] },
      '/keys',
    ],
    [
      'smtpServer',
      { host: 'mail.example.org', port: 25, security: 'none', sender: 'a@example.org' },
      '/security',
    ],
    ['smtpServer', { host: 'a b', port: 25, security: 'tls', sender: 'a@example.org' }, '/host'],
    [
      'telephonyProvider',
      {
        type: 'http',
        baseUrl: 'https://example.org',
        account: 'a',
        secret: 's',
        from: '555',
        order: 1,
        texts: true,
        calls: true,
      },
      '/from',
    ],
    ['voiceMessage', { message: 'greetingStandard', language: 'english!' }, '/language'],
    [
      'approvalPolicy',
      { name: 'p', stages: [{ approvers: { kind: 'atLeast', of: [{ kind: 'roleOwner' }] } }] },
      '/stages/0/approvers',
    ],
    ['approvalPolicy', { name: 'p', stages: [] }, ''],
    [
      'approvalPolicy',
      { name: 'p', stages: [{ approvers: { kind: 'roleOwner' }, durationSeconds: 1 }] },
      '/stages/0/durationSeconds',
    ],
  ])('a wrong %s is refused with the place of the fault: %#', async (kind, item, place) => {
    const answer = await rest.call('POST', `/configuration/${kind}`, item);
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, place]);
  });

  test.each([
    [
      'trustedIps',
      {
        addresses: [
          '::ffff:192.0.2.1',
          '2001:db8::/32',
          '192.0.2.1 - 192.0.2.9',
          '2001:db8::1-2001:db8::ff',
        ],
      },
    ],
    [
      'webhook',
      {
        url: 'http://127.0.0.1:9000/hook',
        types: ['*', 'approval.*', 'authentication*', 'user.added'],
      },
    ],
    ['approvalPolicy', { name: 'p', approvalNeeded: false, stages: [] }],
  ])('a right %s is taken', async (kind, item) => {
    expect((await rest.call('POST', `/configuration/${kind}`, item)).status).toBe(201);
  });

  test('a policy comes with the defaults of the table', async () => {
    const stages = [{ approvers: { kind: 'group', group: 'Owners' } }];
    await put('approvalPolicy/owners', { name: 'owners', stages });
    const { json } = await rest.call('GET', '/configuration/approvalPolicy/owners');
    expect(json.item).toMatchObject({
      approvalNeeded: true,
      comment: 'onRejection',
      maxTtlSeconds: 3600,
      confirmation: { required: true, methodClass: 'any' },
      stages: [{ quorum: 1, durationSeconds: 604_800, onTimeout: 'expire' }],
    });
  });
});

describe('the audio of a voice message', () => {
  const upload = async (bytes: Uint8Array<ArrayBuffer>, type: string) =>
    await fetch(`${rest.base}/configuration/voiceMessage/hello/audio`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${rest.adminToken}`, 'content-type': type },
      body: bytes,
    });

  test('reaches the command byte for byte; other types and sizes are refused', async () => {
    expect((await upload(new Uint8Array(3), 'audio/wav')).status).toBe(200);
    expect(rest.calls.at(-1)).toMatchObject({
      name: 'setRecording',
      args: ['hello', 'audio/wav', 3],
    });
    expect((await upload(new Uint8Array(3), 'application/json')).status).toBe(415);
    expect((await upload(new Uint8Array(0), 'audio/wav')).status).toBe(400);
    expect((await upload(new Uint8Array(5 * 1024 * 1024 + 1), 'audio/wav')).status).toBe(413);
  });
});

describe('SEC-84 what is configured is data', () => {
  const level = (approvers: unknown) => ({ name: 'p', stages: [{ approvers }] });
  const when = (skipWhen: unknown) => ({ ...level({ kind: 'roleOwner' }), skipWhen });
  test.each([
    level({ kind: 'expression', code: 'process.exit()' }),
    level({ kind: 'group', group: 'a', filter: '(uid=*)' }),
    level('return everybody'),
    when({ kind: 'equals', field: 'constructor.constructor', value: 'x' }),
    when({ kind: 'equals', field: '__proto__', value: 'x' }),
    when({ kind: 'script', of: [] }),
    when({ kind: 'in', field: 'subject.id', values: [{ toString: 'x' }] }),
  ])('nothing to run is taken in a policy: %#', async (policy) => {
    expect((await rest.call('POST', '/configuration/approvalPolicy', policy)).status).toBe(400);
  });

  test('trees of any depth are refused at once, not followed', async () => {
    const deep = (depth: number): unknown =>
      depth === 0 ? { kind: 'roleOwner' } : { kind: 'any', of: [deep(depth - 1)] };
    for (const depth of [5, 50, 1_000]) {
      const policy = level(deep(depth));
      const answer = await rest.call('POST', '/configuration/approvalPolicy', policy);
      expect([depth, answer.status]).toEqual([depth, 400]);
    }
    const fits = await rest.call('POST', '/configuration/approvalPolicy', level(deep(4)));
    expect(fits.status).toBe(201);
  });
});
