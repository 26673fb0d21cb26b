import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createDirectory } from '../../../adapters/directory/directory.ts';
import type { Directory } from '../../../adapters/directory/port.ts';
import type { DirectoryServer, DirectorySettings } from '../../../adapters/directory/settings.ts';
import { ldapAccount, ldapBase, slapd, type LdapServer } from '../../e2e/support/slapd.ts';
import { until } from '../../e2e/support/until.ts';

/* Passwords against a real OpenLDAP, and what becomes of us where something hostile stands in its place. */

const password = 'grüße, correct horse';
const folder = mkdtempSync(join(tmpdir(), 'countersign-ldap-'));
let ldap: LdapServer;
const opened: Directory[] = [];
const hostile: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  ldap = await slapd(folder, [
    { uid: 'otto', mail: 'otto@example.test', password, groups: ['vpn', 'staff'] },
    { uid: 'olga', mail: 'olga@example.test', password },
    { uid: 'nobody', mail: 'nobody@example.test' },
    ...['empty', 'nameless', 'guarded', 'once'].map((uid) => ({
      uid,
      mail: `${uid}@example.test`,
      password,
    })),
    ...Array.from({ length: 200 }, (_, at) => ({
      uid: `many${at}`,
      mail: 'many@example.test',
      password,
    })),
  ]);
}, 60_000);
afterEach(async () => {
  await Promise.all(opened.splice(0).map((directory) => directory.close()));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of hostile) server.close();
  await ldap?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings: DirectorySettings = {
  baseDn: ldapBase,
  names: { kind: 'ldap', filter: '(|(uid={username})(mail={username}))' },
  account: ldapAccount,
  usernameAttributes: ['uid'],
  groupAttribute: 'memberOf',
  nestedGroups: false,
};
const secure = (more: Partial<DirectoryServer> = {}): DirectoryServer => ({
  host: '127.0.0.1',
  port: ldap.tlsPort,
  security: 'ldaps',
  serverName: 'ldap.example.test',
  ca: ldap.ca,
  timeoutMs: 20_000,
  ...more,
});
type Options = Partial<Parameters<typeof createDirectory>[0]>;
const states: string[] = [];
const directoryOf = (servers: readonly DirectoryServer[], more: Options = {}): Directory => {
  states.length = 0;
  const directory = createDirectory({
    servers,
    settings,
    nowMs: () => 0,
    onState: ({ port }, fault) => states.push(`${port} ${fault ?? 'answers'}`),
    ...more,
  });
  opened.push(directory);
  return directory;
};
/** Each test that counts has somebody of its own: the log may come late. */
const bindsOf = (uid: string): number =>
  ldap.log().split(` BIND dn="uid=${uid},ou=people,${ldapBase}" method=128`).length - 1;

describe('a password that OpenLDAP checks', () => {
  test.each([
    ['LDAPS', () => secure()],
    ['StartTLS', () => secure({ port: ldap.port, security: 'startTls' })],
    ['this machine without TLS', () => secure({ port: ldap.port, security: 'none' })],
  ])('over %s', async (_, server) => {
    const { checkPassword } = directoryOf([server()]);
    expect(await checkPassword('otto', password)).toMatchObject({
      kind: 'accepted',
      person: {
        username: 'otto',
        groups: [`cn=vpn,ou=groups,${ldapBase}`, `cn=staff,ou=groups,${ldapBase}`],
      },
    });
    const wrong = { kind: 'refused', reason: 'wrongPassword' };
    expect(await checkPassword('otto', `${password} `)).toEqual(wrong);
    expect(await checkPassword('nobody', password)).toEqual(wrong);
  });

  test('however a name is typed, the person has one', async () => {
    const { checkPassword } = directoryOf([secure()]);
    for (const typed of ['OTTO', ' otto ', 'Otto@Example.TEST'])
      expect(await checkPassword(typed, password)).toMatchObject({ person: { username: 'otto' } });
  });

  test('SEC-29 a name that is made like a filter is a name that nobody has', async () => {
    const { checkPassword } = directoryOf([secure()]);
    for (const typed of ['*', '*)(uid=*', 'otto)(|(uid=*', 'ott*', '{username}', String.raw`\2a`])
      expect(await checkPassword(typed, password)).toEqual({
        kind: 'refused',
        reason: 'notFound',
      });
  });

  test('H30-9 an empty password is refused before any bind, by a server that would take it', async () => {
    const { checkPassword } = directoryOf([secure()]);
    expect(await checkPassword('empty', '')).toEqual({ kind: 'refused', reason: 'emptyPassword' });
    // Neither does the account that looks for people bind without one.
    const open = { ...settings, account: { ...ldapAccount, password: '' } };
    const nobody = directoryOf([secure()], { settings: open });
    expect((await nobody.checkPassword('empty', password)).kind).toBe('unreachable');
    expect(bindsOf('empty')).toBe(0);
  });

  test('a name that two hundred people have is nobody’s', async () => {
    const { checkPassword } = directoryOf([secure()]);
    expect(await checkPassword('many@example.test', password)).toEqual({
      kind: 'unresolved',
      fault: 'more than one entry has this name',
    });
    expect(await checkPassword('many7', password)).toMatchObject({ kind: 'accepted' });
    await until('that one bind', () => bindsOf('many7') === 1);
    expect(ldap.log().match(/ BIND dn="uid=many\d+,.* method=128/g)).toHaveLength(1);
  });

  test('somebody without a name of their own is nobody, and the server is well', async () => {
    const nameless = { ...settings, usernameAttributes: ['employeeNumber', 'title'] };
    const { checkPassword } = directoryOf([secure()], { settings: nameless });
    expect(await checkPassword('nameless', password)).toEqual({
      kind: 'unresolved',
      fault: 'the entry has no employeeNumber or title',
    });
    expect([bindsOf('nameless'), states]).toEqual([0, []]);
  });

  test('no password goes to a server whose certificate is of nobody or for another name', async () => {
    const { ca: _ofIts, ...trustedByThisMachine } = secure();
    const faults: readonly DirectoryServer[] = [
      secure({ serverName: 'other.example.test' }),
      secure({ port: ldap.port, security: 'startTls', serverName: 'other.example.test' }),
      trustedByThisMachine,
    ];
    for (const server of faults)
      expect(await directoryOf([server]).checkPassword('guarded', password)).toMatchObject({
        kind: 'unreachable',
        fault: expect.stringMatching(/ERR_TLS_CERT_ALTNAME_INVALID|SELF_SIGNED_CERT/),
      });
    expect(bindsOf('guarded')).toBe(0);
  });

  test('MS-CHAPv2 is not for it', async () => {
    const response = { challenge: Buffer.alloc(8), response: Buffer.alloc(24) };
    expect(await directoryOf([secure()]).checkResponse('otto', response)).toMatchObject({
      kind: 'notSpoken',
    });
  });
});

describe('a server that is of no use', () => {
  test('the next one is asked, first so for a minute, and both changes are told', async () => {
    let now = 0;
    const gone = secure({ port: 9 });
    const { checkPassword } = directoryOf([gone, secure()], { nowMs: () => now });
    const accepted = { kind: 'accepted' };
    expect(await checkPassword('otto', password)).toMatchObject(accepted);
    expect(states).toEqual(['9 ECONNREFUSED']);
    now = 59_000;
    expect(await checkPassword('otto', password)).toMatchObject(accepted);
    now = 61_000;
    expect(await checkPassword('otto', password)).toMatchObject(accepted);
    expect(states).toEqual(['9 ECONNREFUSED']);
  });

  test('a wrong password is not tried at the next one', async () => {
    const { checkPassword } = directoryOf([secure(), secure({ port: ldap.port })]);
    expect(await checkPassword('once', 'wrong')).toMatchObject({ kind: 'refused' });
    expect(await checkPassword('once', password)).toMatchObject({ kind: 'accepted' });
    await until('both binds', () => bindsOf('once') >= 2);
    expect(bindsOf('once')).toBe(2);
  });

  test('without one that answers nobody is let in', async () => {
    const { checkPassword } = directoryOf([secure({ port: 9 }), secure({ port: 9 })]);
    expect(await checkPassword('otto', password)).toEqual({
      kind: 'unreachable',
      fault: 'ECONNREFUSED',
    });
    expect(await directoryOf([]).checkPassword('otto', password)).toMatchObject({
      kind: 'unreachable',
    });
  });

  const standIn = async (answer: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      answer(socket);
    });
    hostile.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };
  const plain = (port: number): DirectoryServer =>
    secure({ port, security: 'none', timeoutMs: 500 });

  test.each([
    ['says nothing', () => undefined],
    ['ends at once', (socket: Socket) => socket.end()],
    [
      'sends one octet at a time',
      (socket: Socket) => {
        const timer = setInterval(() => socket.write(Buffer.from([0x30])), 50);
        socket.once('close', () => clearInterval(timer));
      },
    ],
    [
      'announces two gigabytes',
      (socket: Socket) => socket.write(Buffer.from('30847fffffff', 'hex')),
    ],
    ['sends noise', (socket: Socket) => socket.write(Buffer.alloc(100_000, 0xa5))],
    [
      'never ends',
      (socket: Socket) => {
        const send = (): void => {
          while (socket.writable && socket.write(Buffer.alloc(65_536)));
        };
        socket.write(Buffer.from('30847fffffff', 'hex'));
        socket.on('drain', send);
        send();
      },
    ],
  ])('SEC-30 one that %s: the next one lets people in', async (_, answer) => {
    const port = await standIn(answer);
    const { checkPassword } = directoryOf([plain(port), secure()]);
    expect(await checkPassword('otto', password)).toMatchObject({ kind: 'accepted' });
    expect(states).toHaveLength(1);
  });

  test('SEC-30 a reader that is kept busy is ended and told of; the next login has another', async () => {
    let threads = 0;
    const busyFirst = (): Worker => {
      threads += 1;
      return threads === 1
        ? new Worker(
            `const { parentPort } = require('node:worker_threads');
             parentPort.once('message', () => { for (;;); });
             parentPort.postMessage({ ready: true });`,
            { eval: true },
          )
        : new Worker(new URL('../../../adapters/directory/serverThread.ts', import.meta.url), {
            execArgv: [],
          });
    };
    const { checkPassword } = directoryOf([secure()], { spawn: busyFirst });
    expect((await checkPassword('otto', password)).kind).toBe('unreachable');
    expect(states[0]).toContain('keeps its reader busy');
    expect(await checkPassword('otto', password)).toMatchObject({ kind: 'accepted' });
    expect(states.at(-1)).toContain('answers');
  });
});
