import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { terminal, type Terminal } from './terminal.ts';

let shell: Terminal;
const ann = 'ann@example.com';
beforeAll(async () => {
  shell = await terminal();
  await shell.run('users', 'add', ann, '--phone', '+1 5555550147', '--first-name', 'Ann');
});
afterAll(() => shell.rest.stop());

describe('users', () => {
  test('are added, shown, disabled, enabled, listed and removed', async () => {
    const added = await shell.json('users', 'add', 'bob@example.com', '--method', 'oath');
    expect(added).toEqual({ userId: expect.any(String), username: 'bob@example.com' });
    const shown = await shell.run('users', 'show', 'BOB@example.com');
    expect(shown.out).toMatch(
      /^user +bob@example\.com\nid +[0-9A-F]{32}\nstate +unregistered\nmethod +oath\n/,
    );
    expect(shown.out).toMatch(/\nadded +2026-11-22 11:00:00 \+01:00\n/);
    await shell.run('users', 'disable', 'bob@example.com');
    const listed = await shell.run('users', 'list', '--text', 'bob');
    expect(listed.out.split('\n')).toEqual([
      expect.stringMatching(/^USER +STATE +METHOD +DEVICES +TOKENS +ID$/),
      expect.stringMatching(/^bob@example\.com +disabled +oath +0 +0 +[0-9A-F]{32}$/),
      '',
    ]);
    expect(await shell.json('users', 'enable', 'bob@example.com')).toMatchObject({ enabled: true });
    expect((await shell.run('users', 'remove', 'bob@example.com')).code).toBe(0);
    const gone = await shell.run('users', 'show', 'bob@example.com');
    expect(gone).toEqual({ code: 1, out: '', err: 'There is no such user.\n' });
  });

  test('a list is followed over its pages', async () => {
    for (let index = 0; index < 501; index += 1)
      await shell.rest.call('POST', '/users', { username: `many-${index}` });
    expect(await shell.json('users', 'list', '--text', 'many-')).toHaveLength(501);
    expect(await shell.json('users', 'list', '--text', 'many-', '--limit', '3')).toHaveLength(3);
  });
});

describe('factors', () => {
  test('an activation prints what an app needs', async () => {
    expect(await shell.json('activation', 'create', ann)).toMatchObject({
      code: '123456789',
      url: expect.stringMatching(/^https:/),
      qr: expect.stringMatching(/^data:image/),
      expiresAt: expect.any(String),
    });
    expect((await shell.run('activation', 'create', ann)).out).toMatch(
      /^code +123456789\nurl +https/,
    );
  });

  test('an OATH token is assigned and, being the only one, removed without its id', async () => {
    const token = await shell.json('oath', 'assign', ann);
    expect(token).toMatchObject({ tokenId: expect.any(String), secret: expect.any(String) });
    expect(await shell.json('oath', 'remove', ann)).toMatchObject({ tokenId: token.tokenId });
    const none = await shell.run('oath', 'remove', ann);
    expect(none).toMatchObject({ code: 1, err: `${ann} has no OATH token\n` });
  });
});

describe('callers', () => {
  test('an SDK client is in the callers group unless told otherwise', async () => {
    const made = await shell.json('sdk-clients', 'add', 'mim');
    expect(made).toEqual({ username: 'mim', password: expect.any(String) });
    await shell.run('sdk-clients', 'add', 'later', '--not-in-group');
    expect(await shell.json('sdk-clients', 'list')).toMatchObject([
      { name: 'mim', groups: ['PhoneFactor Admins'] },
      { name: 'later', groups: [] },
    ]);
    expect((await shell.run('sdk-clients', 'remove', 'mim')).code).toBe(0);
  });

  test('an API client gets a token that works until it is removed', async () => {
    const made = await shell.json(
      'api-clients',
      'add',
      'siem',
      '--scopes',
      'events.read',
      'verify',
    );
    const authorization = `Bearer ${made.token}`;
    const read = () => shell.rest.call('GET', '/audit', undefined, { authorization });
    expect((await read()).status).toBe(200);
    await shell.run('api-clients', 'remove', made.clientId);
    expect((await read()).status).toBe(401);
  });
});

describe('blocks', () => {
  test('a user is blocked and unblocked with a reason, which is mandatory', async () => {
    const blocked = await shell.run('block', ann, '--reason', 'lost phone', '--days', '3');
    expect(blocked.out).toBe(`blocked ${ann} until 2027-02-20 11:00:00 +01:00\n`);
    expect((await shell.run('unblock', ann)).code).toBe(2);
    expect((await shell.run('unblock', ann, '--reason', 'found')).code).toBe(0);
    expect((await shell.run('unblock', ann, '--reason', 'found')).code).toBe(1);
  });

  test('a fraud report gets its verdict', async () => {
    const { json } = await shell.rest.call('POST', '/authentications', {
      user: ann,
      application: 'A',
    });
    const review = ['fraud', 'review', json.requestId, '--verdict'];
    expect((await shell.run(...review, 'confirmed', '--note', 'real')).code).toBe(0);
    expect((await shell.run(...review, 'perhaps')).code).toBe(2);
  });
});

describe('bypasses and PINs', () => {
  test('a bypass is made with a reason, listed and revoked', async () => {
    const made = await shell.run('bypass', ann, '--seconds', '60', '--reason', 'no phone');
    expect(made.out).toBe(`${ann} may log in once until 2026-11-22 11:05:00 +01:00\n`);
    expect((await shell.run('bypass', ann)).code).toBe(2);
    expect((await shell.run('bypass')).code).toBe(2);
    expect((await shell.run('bypass', 'revoke', ann)).code).toBe(0);
    expect((await shell.run('bypass', 'revoke', ann)).code).toBe(1);
    expect(await shell.json('bypass', 'list', '--user', ann)).toMatchObject([
      { username: ann, reason: 'no phone', seconds: 60, ended: 'revoked' },
    ]);
    expect((await shell.run('bypass', 'list', '--open')).out).toBe(
      'MADE  USER  STATE  REASON  REQUEST\n',
    );
  });

  test('a PIN is made and shown once, or taken as it is given', async () => {
    const made = await shell.json('users', 'pin', ann);
    expect(made).toEqual({
      username: ann,
      changeRequired: true,
      pin: expect.stringMatching(/^\d{6}$/),
    });
    expect((await shell.run('users', 'pin', ann, '--pin', '739104', '--no-change')).out).toBe(
      `${ann} has a new PIN\n`,
    );
    expect((await shell.run('users', 'pin', ann, '--pin', '1')).code).toBe(1);
    const told = () => shell.rest.calls.filter(({ name }) => name === 'setPin').at(-1)?.args;
    await shell.run('users', 'add', 'pin@example.com', '--pin', '628193');
    expect(told()).toEqual(['pin@example.com', { pin: '628193', changeRequired: true }]);
    expect((await shell.run('users', 'pin', ann, '--remove')).code).toBe(0);
    expect((await shell.run('users', 'clear-cache', ann, '--reason', 'lost laptop')).code).toBe(0);
    expect((await shell.run('users', 'clear-cache', ann)).code).toBe(2);
  });
});

describe('requests and audit', () => {
  test('a test request shows its state and ends with the answer: 0 approved, 1 denied', async () => {
    const testing = shell.run('test', ann, '--application', 'VPN');
    const last = () => [...shell.rest.requests.values()].at(-1)?.view;
    await shell.rest.until(() => last()?.application === 'VPN');
    await shell.rest.until(() => shell.rest.waiting.has(last()?.requestId ?? ''));
    shell.rest.decide(last()?.requestId ?? '', 'APPROVED');
    const { code, out } = await testing;
    expect(code).toBe(0);
    expect(out).toMatch(
      /: awaiting-user …\nnumber to type in the app: 42\napproved \(APPROVED\) after \d+\.\d s, request [0-9A-F]{32}\n$/,
    );
    const wrong = await shell.run('test', ann, '--code', '000000', '--json');
    expect([wrong.code, JSON.parse(wrong.out).code]).toEqual([1, 'WRONG_CODE']);
  });

  test('a test of a user who types codes asks for the code and leaves nothing open', async () => {
    await shell.run('users', 'add', 'typist@example.com', '--method', 'oath');
    const { code, err } = await shell.run('test', 'typist@example.com');
    expect([code, err]).toEqual([1, 'this user answers with a code: give it with --code CODE\n']);
    expect([...shell.rest.requests.values()].at(-1)?.view.state).toBe('cancelled');
    expect((await shell.run('test', 'typist@example.com', '--code', '123456')).code).toBe(0);
  });

  test('requests are listed and shown, and one tells its story', async () => {
    const [first] = await shell.json('requests', 'list', '--user', ann, '--state', 'approved');
    expect((await shell.run('requests', 'show', first.requestId)).out).toMatch(
      /\nstate +approved \(APPROVED\)\n/,
    );
    const story = (await shell.run('audit', 'explain', first.requestId)).out;
    expect(story).toMatch(/\n +\+0\.000 s +AuthenticationRequested .*application=VPN\n/);
    expect(story).toMatch(/\n +\+2\.500 s +AuthenticationApproved .*approved on the phone/);
    expect(story).toMatch(/\nworkflow authentication-[0-9A-F]{32}\n {2}run R1: COMPLETED/);
  });

  test('the log is filtered by type and time', async () => {
    const rows = await shell.json('audit', 'log', '--type', 'blockUser', '--from', '2026-01-01');
    expect(rows).toMatchObject([{ type: 'blockUser' }]);
    const bad = await shell.run('audit', 'log', '--from', 'yesterday');
    expect([bad.code, bad.err]).toEqual([1, expect.stringContaining('from:')]);
  });
});

describe('settings and views', () => {
  test('a setting keeps its type, and an unknown one is named', async () => {
    expect(await shell.json('settings', 'set', 'blockDays', '30')).toEqual({
      name: 'blockDays',
      before: 90,
      value: 30,
    });
    expect((await shell.run('settings', 'set', 'fraudBlock', 'false')).out).toBe(
      'fraudBlock: true → false\n',
    );
    expect((await shell.run('settings', 'list')).out).toMatch(/\nblockDays +30\n/);
    const wrong = await shell.run('settings', 'set', 'blockDays', 'many');
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('blockDays:')]);
    const unknown = await shell.run('settings', 'set', '__proto__', '1');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('settings list')]);
  });

  test('a rebuild lists each view and fails where one differs', async () => {
    const good = await shell.run('rebuild-views');
    expect([good.code, good.out]).toEqual([
      0,
      expect.stringMatching(/\nusers +\d+ +equal\n7 events/),
    ]);
    shell.rest.world.tablesEqual = false;
    const bad = await shell.run('rebuild-views');
    expect([bad.code, bad.out]).toEqual([1, expect.stringMatching(/DIFFERENT/)]);
  });
});
