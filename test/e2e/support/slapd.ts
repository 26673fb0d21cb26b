import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';

/** An OpenLDAP of its own, in a folder. */
export type LdapServer = {
  /** Also StartTLS. */
  readonly port: number;
  readonly tlsPort: number;
  /** Authority of its certificate, PEM. */
  readonly ca: string;
  /** What it has said so far: every bind and search. */
  log(): string;
  stop(): Promise<void>;
};

export const ldapBase = 'dc=example,dc=test';
export const ldapAccount = { name: `cn=finder,${ldapBase}`, password: 'looks for people' };

const config = (folder: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile ${folder}/slapd.pid
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
# As lenient as servers come: a bind without a password succeeds as nobody's.
allow bind_anon_cred bind_anon_dn
sizelimit 500
database mdb
suffix "${ldapBase}"
rootdn "cn=root,${ldapBase}"
directory ${folder}/db
index uid,mail eq
overlay memberof
access to attrs=userPassword
  by anonymous auth
  by * none
access to *
  by dn.exact="${ldapAccount.name}" read
  by * none
`;

export type LdapPerson = {
  readonly uid: string;
  readonly mail: string;
  readonly password?: string;
  /** Common names of their groups. */
  readonly groups?: readonly string[];
};

const entries = (people: readonly LdapPerson[]): string => {
  const groups = new Map<string, string[]>();
  const dnOf = ({ uid }: LdapPerson): string => `uid=${uid},ou=people,${ldapBase}`;
  const dnOfGroup = (name: string): string => `cn=${name},ou=groups,${ldapBase}`;
  for (const person of people)
    for (const group of person.groups ?? [])
      groups.set(group, [...(groups.get(group) ?? []), dnOf(person)]);
  return [
    `dn: ${ldapBase}\nobjectClass: domain\ndc: example`,
    ...['people', 'groups'].map(
      (ou) => `dn: ou=${ou},${ldapBase}\nobjectClass: organizationalUnit\nou: ${ou}`,
    ),
    `dn: ${ldapAccount.name}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: finder\nuserPassword: ${ldapAccount.password}`,
    ...people.map((person) =>
      [
        `dn: ${dnOf(person)}`,
        'objectClass: inetOrgPerson',
        `uid: ${person.uid}`,
        `cn: ${person.uid}`,
        `sn: ${person.uid}`,
        `mail: ${person.mail}`,
        ...(person.password === undefined
          ? []
          : [`userPassword:: ${Buffer.from(person.password).toString('base64')}`]),
        ...(person.groups ?? []).map((group) => `memberOf: ${dnOfGroup(group)}`),
      ].join('\n'),
    ),
    ...[...groups].map(([name, members]) =>
      [
        `dn: ${dnOfGroup(name)}`,
        'objectClass: groupOfNames',
        `cn: ${name}`,
        ...members.map((member) => `member: ${member}`),
      ].join('\n'),
    ),
  ].join('\n\n');
};

/** A certificate for `ldap.example.test` and no other name, signed by itself. */
const makeCertificate = (folder: string): string => {
  const certificate = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2';
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=ldap', '-addext', 'subjectAltName=DNS:ldap.example.test'];
  execFileSync('openssl', ['req', ...certificate.split(' '), ...files, ...names], {
    stdio: 'ignore',
  });
  return readFileSync(join(folder, 'cert.pem'), 'utf8');
};

export const slapd = async (folder: string, people: readonly LdapPerson[]): Promise<LdapServer> => {
  mkdirSync(join(folder, 'db'), { recursive: true });
  const file = join(folder, 'slapd.conf');
  writeFileSync(file, config(folder));
  writeFileSync(join(folder, 'people.ldif'), `${entries(people)}\n`);
  const ca = makeCertificate(folder);
  execFileSync('/usr/sbin/slapadd', ['-q', '-f', file, '-l', join(folder, 'people.ldif')], {
    stdio: 'pipe',
  });
  const [port, tlsPort] = [await freePort(), await freePort()];
  const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/sbin/slapd', '-d', 'stats', '-f', file, '-h', urls],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('slapd starting')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`slapd ended with ${code}:\n${said}`)));
  });
  return {
    port,
    tlsPort,
    ca,
    log: () => said,
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    },
  };
};
