import { randomBytes } from 'node:crypto';
import {
  application,
  context,
  tags,
  write,
  writeInteger,
} from '../../../api/soap/negotiate/der.ts';
import { encrypt, type Key } from '../../../api/soap/negotiate/kerberosCrypto.ts';
import type { ServiceKey } from '../../../api/soap/negotiate/keytab.ts';

/* What a caller of Kerberos sends, so that it can be wrong in one thing at a time. */

export const key = (type = 18): Key => ({ type, value: randomBytes(type % 2 === 0 ? 32 : 16) });
export const serviceKey = (own: Key): ServiceKey => ({
  service: 'HTTP/mfa.example.com',
  realm: 'CORP.EXAMPLE.TEST',
  version: 1,
  key: own,
});

const sequence = (...fields: readonly (readonly [number, Buffer])[]): Buffer =>
  write(tags.sequence, ...fields.map(([number, value]) => write(context(number), value)));
const text = (value: string): Buffer => write(tags.generalString, Buffer.from(value));
const name = (value: string): Buffer =>
  sequence([0, writeInteger(1)], [1, write(tags.sequence, ...value.split('/').map(text))]);
const time = (ms: number): Buffer =>
  write(
    tags.generalizedTime,
    Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`),
  );
const octets = (value: Buffer): Buffer => write(tags.octetString, value);
const sealed = (by: Key, usage: number, plain: Buffer): Buffer =>
  sequence([0, writeInteger(by.type)], [2, octets(encrypt(by, usage, plain))]);

export type Wanted = {
  readonly own: Key;
  readonly nowMs: number;
  readonly session?: Key;
  readonly client?: string;
  readonly service?: string;
  readonly prover?: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly provedMs?: number;
  /** MD5 of channel bindings. */
  readonly channel?: Buffer;
  /** Mechanism in dotted hexadecimal, as SPNEGO names it first. */
  readonly mechanism?: string;
};

const spnego = Buffer.from('2b0601050502', 'hex');
const kerberos = '2a864886f712010202';

/** A Negotiate header. */
export const headerOf = ({ own, nowMs, ...wanted }: Wanted): string => {
  const { session = key(own.type), client = 'svc-mim', service = 'HTTP/mfa.example.com' } = wanted;
  const realm = text('CORP.EXAMPLE.TEST');
  const ticketPart = sequence(
    [0, write(tags.bitString, Buffer.from([0, 0, 0, 0, 0]))],
    [1, sequence([0, writeInteger(session.type)], [1, octets(session.value)])],
    [2, realm],
    [3, name(client)],
    [4, sequence([0, writeInteger(1)], [1, octets(Buffer.alloc(0))])],
    [5, time(wanted.startMs ?? nowMs - 60_000)],
    [7, time(wanted.endMs ?? nowMs + 3_600_000)],
  );
  const ticket = write(
    application(1),
    sequence(
      [0, writeInteger(5)],
      [1, realm],
      [2, name(service)],
      [3, sealed(own, 2, write(application(3), ticketPart))],
    ),
  );
  const checksum = Buffer.alloc(24);
  checksum.writeUInt32LE(16, 0);
  wanted.channel?.copy(checksum, 4);
  checksum.writeUInt32LE(2, 20);
  const proof = sequence(
    [0, writeInteger(5)],
    [1, realm],
    [2, name(wanted.prover ?? client)],
    [3, sequence([0, writeInteger(0x8003)], [1, octets(checksum)])],
    [4, writeInteger(123_456)],
    [5, time(wanted.provedMs ?? nowMs)],
  );
  const request = write(
    application(14),
    sequence(
      [0, writeInteger(5)],
      [1, writeInteger(14)],
      [2, write(tags.bitString, Buffer.from([0, 0x20, 0, 0, 0]))],
      [3, ticket],
      [4, sealed(session, 11, write(application(2), proof))],
    ),
  );
  const oid = write(tags.oid, Buffer.from(kerberos, 'hex'));
  const inner = write(application(0), oid, Buffer.from([1, 0]), request);
  const first = write(tags.oid, Buffer.from(wanted.mechanism ?? kerberos, 'hex'));
  const begin = sequence([0, write(tags.sequence, first)], [2, octets(inner)]);
  const token = write(application(0), write(tags.oid, spnego), write(context(0), begin));
  return `Negotiate ${token.toString('base64')}`;
};
