import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of others that tests talk to, by the Debian package that brings them. */
const peers: readonly { readonly package: string; readonly has: () => boolean }[] = [
  { package: 'mono-devel', has: () => ['mono', 'mcs', 'wsdl'].every(onPath) },
  { package: 'ca-certificates-mono', has: () => existsSync('/usr/share/doc/ca-certificates-mono') },
  { package: 'ca-certificates', has: () => existsSync('/etc/ssl/certs/ca-certificates.crt') },
  { package: 'php-cli', has: () => onPath('php') },
  { package: 'php-soap', has: () => existsSync('/usr/share/doc/php-soap') },
  { package: 'libsoap-lite-perl', has: () => existsSync('/usr/share/perl5/SOAP/Lite.pm') },
  { package: 'python3-zeep', has: () => existsSync('/usr/lib/python3/dist-packages/zeep') },
  { package: 'python3-venv', has: () => existsSync('/usr/share/doc/python3-venv') },
  { package: 'strace', has: () => onPath('strace') },
  { package: 'xmlstarlet', has: () => onPath('xmlstarlet') },
  { package: 'freeradius-utils', has: () => onPath('radclient') },
  { package: 'freeradius', has: () => existsSync('/usr/sbin/freeradius') },
  { package: 'radsecproxy', has: () => existsSync('/usr/sbin/radsecproxy') },
  { package: 'pamtester', has: () => onPath('pamtester') },
  { package: 'libpam-wrapper', has: () => existsSync('/usr/share/doc/libpam-wrapper') },
  { package: 'libpam-radius-auth', has: () => existsSync('/etc/pam_radius_auth.conf') },
  { package: 'eapoltest', has: () => onPath('eapol_test') },
  { package: 'slapd', has: () => existsSync('/usr/sbin/slapd') },
  { package: 'samba', has: () => existsSync('/usr/sbin/samba') },
  { package: 'samba-ad-provision', has: () => existsSync('/usr/share/samba/setup') },
  { package: 'samba-dsdb-modules', has: () => existsSync('/usr/share/doc/samba-dsdb-modules') },
  { package: 'samba-vfs-modules', has: () => existsSync('/usr/share/doc/samba-vfs-modules') },
  { package: 'winbind', has: () => onPath('ntlm_auth') },
  { package: 'openssl', has: () => onPath('openssl') },
  { package: 'krb5-kdc', has: () => existsSync('/usr/sbin/krb5kdc') },
  { package: 'krb5-admin-server', has: () => existsSync('/usr/sbin/kadmin.local') },
  { package: 'krb5-user', has: () => onPath('kinit') },
  { package: 'curl', has: () => onPath('curl') },
  { package: 'oathtool', has: () => onPath('oathtool') },
  { package: 'faketime', has: () => onPath('faketime') },
  { package: 'default-jre-headless', has: () => onPath('java') }, // 17 or newer since Debian 12.
  { package: 'postgresql', has: () => existsSync('/usr/lib/postgresql') },
  { package: 'docker-compose', has: () => onPath('docker-compose') },
  { package: 'maven', has: () => onPath('mvn') },
];

/** Packages whose programs are not on this machine. */
export const missingPackages = (): readonly string[] =>
  peers.filter((peer) => !peer.has()).map((peer) => peer.package);

export const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
