import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from './x509.ts';

export type Certificate = {
  /** PEM for `tls.createServer`: the server's certificate, followed by its authority's. */
  readonly cert: string;
  readonly key: string;
  /** What clients trust; `caPath` is its file. */
  readonly ca: string;
  readonly caPath: string;
  readonly notAfter: Date;
  /** True where this call made a new one. */
  readonly renewed: boolean;
};

export type CertificateOptions = {
  readonly folder: string;
  /** Further DNS names and addresses that clients use. */
  readonly hosts?: readonly string[];
  readonly now?: Date;
};

const dayMs = 86_400_000;
const authorityDays = 3650;
const serverDays = 397; // The longest life that browsers accept.
const renewBeforeDays = 30;
/** Clients whose clock is a little behind accept it too. */
const backdateMs = 3_600_000;

/**
 * The certificate of the first run: an authority of our own and a server certificate for this machine. Renews the
 * server's when it has under 30 days left or lacks a host, and the authority when it would end before the server's.
 */
export const openCertificate = (options: CertificateOptions): Certificate => {
  const now = options.now ?? new Date();
  const hosts = [
    ...new Set(['localhost', '127.0.0.1', '::1', ...ownName(), ...(options.hosts ?? [])]),
  ];
  const path = (name: string): string => join(options.folder, name);
  const authority = openAuthority(path('ca.pem'), path('ca-key.pem'), now);

  const known = authority.made ? undefined : readServer(path('server.pem'), path('server-key.pem'));
  if (known && isGood(known.certificate, hosts, authority.certificate, now)) {
    return pack(known.cert, known.key, false);
  }
  const { privateKey, publicKey } = newKeys();
  const cert = issueCertificate({
    subject: hosts[0] ?? 'localhost',
    issuer: authority.name,
    publicKey,
    issuerKey: authority.key,
    issuerPublicKey: createPublicKey(authority.key),
    ...lifeFrom(now, serverDays),
    hosts,
  });
  const key = pemOf(privateKey);
  // Key first: a crash between the two leaves a pair that does not fit, which the next start replaces.
  writeSecret(path('server-key.pem'), key);
  writeSecret(path('server.pem'), cert);
  return pack(cert, key, true);

  function pack(serverCert: string, serverKey: string, renewed: boolean): Certificate {
    const ca = authority.certificate.toString();
    const { validToDate: notAfter } = new X509Certificate(serverCert);
    return { cert: serverCert + ca, key: serverKey, ca, caPath: path('ca.pem'), notAfter, renewed };
  }
};

const openAuthority = (certPath: string, keyPath: string, now: Date) => {
  if (existsSync(certPath) && existsSync(keyPath)) {
    tighten(keyPath);
    const certificate = new X509Certificate(readFileSync(certPath));
    const key = createPrivateKey(readFileSync(keyPath));
    const needed = now.getTime() + (serverDays + 1) * dayMs;
    if (certificate.validToDate.getTime() > needed && certificate.checkPrivateKey(key)) {
      return { certificate, key, name: commonNameOf(certificate), made: false };
    }
  }
  const { privateKey, publicKey } = newKeys();
  // The date tells two authorities of one machine apart in a list of trusted ones.
  const name = `Countersign on ${hostname()} ${now.toISOString().slice(0, 10)}`;
  const cert = issueCertificate({
    subject: name,
    issuer: name,
    publicKey,
    issuerKey: privateKey,
    issuerPublicKey: publicKey,
    ...lifeFrom(now, authorityDays),
  });
  writeSecret(keyPath, pemOf(privateKey));
  writeSecret(certPath, cert, 0o644);
  return { certificate: new X509Certificate(cert), key: privateKey, name, made: true };
};

const readServer = (certPath: string, keyPath: string) => {
  if (!existsSync(certPath) || !existsSync(keyPath)) return undefined;
  tighten(keyPath);
  const cert = readFileSync(certPath, 'utf8');
  const key = readFileSync(keyPath, 'utf8');
  const certificate = new X509Certificate(cert);
  return certificate.checkPrivateKey(createPrivateKey(key))
    ? { cert, key, certificate }
    : undefined;
};

const isGood = (
  certificate: X509Certificate,
  hosts: readonly string[],
  authority: X509Certificate,
  now: Date,
): boolean =>
  certificate.validToDate.getTime() > now.getTime() + renewBeforeDays * dayMs &&
  certificate.verify(authority.publicKey) &&
  hosts.every((host) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)));

const ownName = (): readonly string[] => {
  const name = hostname().toLowerCase();
  // A name that is no DNS name cannot stand in a certificate, and nobody connects by it.
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name) ? [name] : [];
};

const commonNameOf = (certificate: X509Certificate): string =>
  certificate.subject.replace(/^CN=/, '');

const lifeFrom = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - backdateMs),
  notAfter: new Date(now.getTime() + days * dayMs),
});

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const writeSecret = (path: string, text: string, mode = 0o600): void => {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, text, { mode, flush: true });
  renameSync(unfinished, path);
};

const tighten = (path: string): void => {
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
};
