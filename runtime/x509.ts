import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bits,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  pem,
  sequence,
  set,
  time,
  utf8,
  yes,
} from './der.ts';

export type CertificateRequest = {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** EC P-256 keys: `issuerKey` signs, its public half is named in the certificate. */
  readonly issuerKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and addresses of a server; an authority has none. */
  readonly hosts?: readonly string[];
};

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const serialBytes = 16;

/** A version 3 certificate (RFC 5280) as PEM: of an authority, or with `hosts` of a server. */
export const issueCertificate = (request: CertificateRequest): string => {
  const { subject, issuer, publicKey, issuerKey, issuerPublicKey, hosts } = request;
  const authorityKeyId = extension('2.5.29.35', sequence(implicit(0, keyIdOf(issuerPublicKey))));
  const purpose = hosts
    ? [
        extension('2.5.29.19', sequence(), true),
        extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true), // digitalSignature
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // serverAuth
        extension('2.5.29.17', sequence(...hosts.map(generalName))),
      ]
    : [
        extension('2.5.29.19', sequence(yes(), integer(Buffer.from([0]))), true),
        extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true), // keyCertSign, cRLSign
      ];
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(serialBytes)),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(request.notBefore), time(request.notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(
      3,
      sequence(...purpose, extension('2.5.29.14', octets(keyIdOf(publicKey))), authorityKeyId),
    ),
  );
  const signature = sign('sha256', body, issuerKey);
  return pem('CERTIFICATE', sequence(body, ecdsaWithSha256, bits(signature)));
};

const nameOf = (commonName: string): Buffer =>
  sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

/** RFC 7093 §2: any unique value will do; the hash of the key is one. */
const keyIdOf = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

const generalName = (host: string): Buffer =>
  isIP(host) === 0 ? implicit(2, Buffer.from(host, 'ascii')) : implicit(7, addressBytes(host));

const addressBytes = (address: string): Buffer => {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes every IPv6 form as groups with at most one `::`.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
};

const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
