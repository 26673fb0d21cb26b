import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Attribute, Client } from 'ldapts';
import { until } from './until.ts';

/**
 * A domain controller of its own, in a folder. Its ports, and where its clients look for winbind, are those of every one:
 * one at a time.
 */
export type SambaDomain = {
  readonly domain: string;
  readonly suffix: string;
  readonly baseDn: string;
  readonly tlsPort: number;
  /** The name in its certificate, and its authority. */
  readonly serverName: string;
  readonly ca: string;
  /** Adds people with this password, and a group with some of them. */
  add(people: readonly DomainPerson[], password: string, group: string): Promise<void>;
  stop(): Promise<void>;
};

export type DomainPerson = {
  readonly name: string;
  readonly isMember?: boolean;
  readonly isDisabled?: boolean;
  readonly mustChange?: boolean;
};

const domain = 'CORP';
const suffix = 'corp.example.test';
const baseDn = 'DC=corp,DC=example,DC=test';
const tlsPort = 636;
const sockets = '/run/samba/winbindd';
const administrator = 'Administrates-7';

const provision = (folder: string): Promise<unknown> =>
  promisify(execFile)('samba-tool', [
    'domain',
    'provision',
    `--realm=${suffix.toUpperCase()}`,
    `--domain=${domain}`,
    '--server-role=dc',
    '--dns-backend=NONE',
    // Not what the package has set for this machine.
    `--configfile=${join(folder, 'empty.conf')}`,
    `--adminpass=${administrator}`,
    `--targetdir=${join(folder, 'dc')}`,
    '--host-name=dc1',
    '--host-ip=127.0.0.1',
    '--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb',
    `--option=xattr_tdb:file=${join(folder, 'xattr.tdb')}`,
  ]);

const settings = (folder: string): string => `
\tserver services = ldap, cldap, kdc, rpc, winbindd
\tbind interfaces only = yes
\tinterfaces = lo
\tntlm auth = mschapv2-and-ntlmv2-only
\tpid directory = ${folder}/run
\tncalrpc dir = ${folder}/ncalrpc
\tlog file = ${folder}/log
`;

/** `userAccountControl` of a person, and of one who may not log in. */
const normalAccount = 512;
const disabledAccount = 514;
/** `groupType` of a global security group. */
const globalGroup = -2147483646;

const attributesOf = (fields: Readonly<Record<string, string | Buffer | string[]>>) =>
  Object.entries(fields).map(
    ([type, value]) => new Attribute({ type, values: [value].flat() as string[] | Buffer[] }),
  );

const addAll = async (
  ca: string,
  people: readonly DomainPerson[],
  password: string,
  group: string,
): Promise<void> => {
  const servername = `dc1.${suffix}`;
  const client = new Client({ url: 'ldaps://127.0.0.1', tlsOptions: { ca, servername } });
  const dnOf = (name: string): string => `CN=${name},CN=Users,${baseDn}`;
  try {
    await client.bind(`${domain}\\Administrator`, administrator);
    for (const { name, isDisabled = false, mustChange = false } of people)
      await client.add(
        dnOf(name),
        attributesOf({
          objectClass: 'user',
          sAMAccountName: name,
          userPrincipalName: `${name}@${suffix}`,
          unicodePwd: Buffer.from(`"${password}"`, 'utf16le'),
          userAccountControl: String(isDisabled ? disabledAccount : normalAccount),
          ...(mustChange ? { pwdLastSet: '0' } : {}),
        }),
      );
    await client.add(
      dnOf(group),
      attributesOf({
        objectClass: 'group',
        sAMAccountName: group,
        groupType: String(globalGroup),
        member: people.filter(({ isMember }) => isMember).map(({ name }) => dnOf(name)),
      }),
    );
  } finally {
    await client.unbind();
  }
};

/** A program that is `ntlm_auth` for the domain in this folder, once that is there. */
export const ntlmAuthIn = (folder: string): string => {
  mkdirSync(folder, { recursive: true });
  const conf = confIn(folder);
  const file = join(folder, 'ntlm_auth');
  writeFileSync(file, `#!/bin/sh\nexec /usr/bin/ntlm_auth --configfile='${conf}' "$@"\n`);
  chmodSync(file, 0o755);
  return file;
};

const takesConnections = async (): Promise<boolean> => {
  const socket = connect(tlsPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // Not yet.
  } finally {
    socket.destroy();
  }
};

const confIn = (folder: string): string => join(folder, 'dc', 'etc', 'smb.conf');

export const sambaDomain = async (folder: string): Promise<SambaDomain> => {
  for (const path of [join(folder, 'run'), join(folder, 'ncalrpc'), dirname(sockets)])
    mkdirSync(path, { recursive: true });
  rmSync(join(sockets, 'pipe'), { force: true });
  writeFileSync(join(folder, 'empty.conf'), '');
  await provision(folder);
  const conf = confIn(folder);
  writeFileSync(
    conf,
    // What stands last counts.
    readFileSync(conf, 'utf8').replace('\n[sysvol]', `${settings(folder)}\n[sysvol]`),
  );
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/sbin/samba', '-i', '-s', conf, '--debug-stdout'],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ca = join(folder, 'dc', 'private', 'tls', 'ca.pem');
  await until('the domain controller', async () => {
    if (child.exitCode !== null) throw new Error(`samba ended with ${child.exitCode}:\n${said}`);
    return existsSync(ca) && existsSync(join(sockets, 'pipe')) && (await takesConnections());
  });
  const authority = readFileSync(ca, 'utf8');
  return {
    domain,
    suffix,
    baseDn,
    tlsPort,
    serverName: `dc1.${suffix}`,
    ca: authority,
    add: (people, password, group) => addAll(authority, people, password, group),
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    },
  };
};
