import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of others that tests talk to, by the Debian package that brings them. */
const peers: readonly { readonly package: string; readonly has: () => boolean }[] = [
  { package: 'mono-devel', has: () => ['mono', 'mcs', 'wsdl'].every(onPath) },
  { package: 'ca-certificates-mono', has: () => existsSync('/usr/share/doc/ca-certificates-mono') },
  { package: 'ca-certificates', has: () => existsSync('/etc/ssl/certs/ca-certificates.crt') },
  { package: 'strace', has: () => onPath('strace') },
  { package: 'xmlstarlet', has: () => onPath('xmlstarlet') },
  { package: 'oathtool', has: () => onPath('oathtool') },
  { package: 'faketime', has: () => onPath('faketime') },
  { package: 'default-jre-headless', has: () => onPath('java') }, // 17 or newer since Debian 12.
  { package: 'maven', has: () => onPath('mvn') },
];

/** Packages whose programs are not on this machine. */
export const missingPackages = (): readonly string[] =>
  peers.filter((peer) => !peer.has()).map((peer) => peer.package);

export const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
