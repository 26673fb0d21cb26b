import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Attribute, Client } from 'ldapts';
import { until } from './until.ts';

/**
 * A domain controller of its own, in a folder, at a loopback address of its own since its ports are fixed. Where its
 * clients look for winbind is fixed, too: one at a time.
 */
export type SambaDomain = {
  readonly domain: string;
  readonly suffix: string;
  readonly baseDn: string;
  readonly host: string;
  /** The name in its certificate, and its authority. */
  readonly serverName: string;
  readonly ca: string;
  /** Adds people with this password, and a group with some of them. */
  add(people: readonly DomainPerson[], password: string, group: string): Promise<void>;
  /** Adds groups to a container of their own, each with a person or the group before it as its only member. */
  addChain(commonName: string, groups: readonly string[]): Promise<void>;
  stop(): Promise<void>;
};

export type DomainPerson = {
  readonly name: string;
  /** The name where it is absent. */
  readonly commonName?: string;
  readonly isMember?: boolean;
  readonly isDisabled?: boolean;
  readonly mustChange?: boolean;
};

const domain = 'CORP';
const suffix = 'corp.example.test';
const baseDn = 'DC=corp,DC=example,DC=test';
const tlsPort = 636;
const host = `127.77.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;
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
    `--host-ip=${host}`,
    '--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb',
    `--option=xattr_tdb:file=${join(folder, 'xattr.tdb')}`,
  ]);

const settings = (folder: string): string => `
\tserver services = ldap, cldap, kdc, rpc, winbindd
\tbind interfaces only = yes
\tinterfaces = ${host}/8
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

const dnOf = (name: string): string => `CN=${name},CN=Users,${baseDn}`;

const asAdministrator = async (
  ca: string,
  work: (client: Client) => Promise<void>,
): Promise<void> => {
  const servername = `dc1.${suffix}`;
  const client = new Client({ url: `ldaps://${host}`, tlsOptions: { ca, servername } });
  try {
    await client.bind(`${domain}\\Administrator`, administrator);
    await work(client);
  } finally {
    await client.unbind();
  }
};

const addPeople = async (
  client: Client,
  people: readonly DomainPerson[],
  password: string,
): Promise<void> => {
  for (const { name, commonName = name, isDisabled = false, mustChange = false } of people)
    await client.add(
      dnOf(commonName),
      attributesOf({
        objectClass: 'user',
        sAMAccountName: name,
        userPrincipalName: `${name}@${suffix}`,
        unicodePwd: Buffer.from(`"${password}"`, 'utf16le'),
        userAccountControl: String(isDisabled ? disabledAccount : normalAccount),
        ...(mustChange ? { pwdLastSet: '0' } : {}),
      }),
    );
};

const addGroup = async (
  client: Client,
  { dn, name, member }: { dn: string; name: string; member: string[] },
): Promise<void> => {
  const groupType = String(globalGroup);
  await client.add(
    dn,
    attributesOf({ objectClass: 'group', sAMAccountName: name, groupType, member }),
  );
};

const addChain = async (
  client: Client,
  commonName: string,
  groups: readonly string[],
): Promise<void> => {
  const container = `OU=Groups,${baseDn}`;
  await client.add(container, attributesOf({ objectClass: 'organizationalUnit' }));
  let member = dnOf(commonName);
  for (const name of groups) {
    const dn = `CN=${name},${container}`;
    await addGroup(client, { dn, name, member: [member] });
    member = dn;
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
  const socket = connect(tlsPort, host);
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
    host,
    serverName: `dc1.${suffix}`,
    ca: authority,
    add: (people, password, group) =>
      asAdministrator(authority, async (client) => {
        await addPeople(client, people, password);
        const member = people.filter(({ isMember }) => isMember).map(({ name }) => dnOf(name));
        await addGroup(client, { dn: dnOf(group), name: group, member });
      }),
    addChain: (commonName, groups) =>
      asAdministrator(authority, (client) => addChain(client, commonName, groups)),
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    },
  };
};
