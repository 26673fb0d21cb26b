import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { printNote, readNote, type Note } from '../../domain/ledger/checkpoint.ts';
import { readRestoration, type NamedRestoration } from '../../domain/ledger/restoration.ts';

/** C2SP signed-note: the byte that says Ed25519. */
const ed25519Type = Buffer.from([1]);
const keyBytes = 32;
const keyIdBytes = 4;
/** What stands before the 32 bytes of an Ed25519 key in SPKI (RFC 8410 §4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const verifierForm = /^([^ +]{1,256})\+([\da-f]{8})\+([A-Za-z\d+/]{44}={0,2})$/;

/** A public key with the name that it signs under. */
export type Verifier = {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
};

/** First four bytes of SHA-256 over name, line feed, type and key. */
const keyIdOf = (name: string, raw: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ed25519Type, raw]), 'buffer')
    .subarray(0, keyIdBytes)
    .toString('hex');

const rawOf = (publicKey: KeyObject): Buffer =>
  publicKey.export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length);

export const verifierOf = (name: string, publicKey: KeyObject): Verifier => ({
  name,
  keyId: keyIdOf(name, rawOf(publicKey)),
  publicKey,
});

/** `name+key id+base64`, as a verifier is handed on. */
export const printVerifier = ({ name, keyId, publicKey }: Verifier): string =>
  `${name}+${keyId}+${Buffer.concat([ed25519Type, rawOf(publicKey)]).toString('base64')}`;

/** @returns undefined for what is no Ed25519 key in this form, or one whose id is not its own */
export const readVerifier = (printed: string): Verifier | undefined => {
  const [, name = '', keyId, base64 = ''] = verifierForm.exec(printed.trim()) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 1 + keyBytes || bytes[0] !== ed25519Type[0]) return undefined;
  const raw = bytes.subarray(1);
  if (keyIdOf(name, raw) !== keyId) return undefined;
  const key = Buffer.concat([spkiPrefix, raw]);
  return { name, keyId, publicKey: createPublicKey({ key, type: 'spki', format: 'der' }) };
};

export const signNote = (text: string, by: Verifier, privateKey: KeyObject): string => {
  const signature = sign(null, Buffer.from(text), privateKey);
  const value = Buffer.concat([Buffer.from(by.keyId, 'hex'), signature]).toString('base64');
  return printNote({ text, signatures: [{ name: by.name, value }] });
};

/** The first of these keys that has signed a note. Signatures of others are no fault of it. */
export const signerOf = (
  { text, signatures }: Note,
  keys: readonly Verifier[],
): Verifier | undefined =>
  keys.find(({ name, keyId, publicKey }) =>
    signatures.some((signature) => {
      const bytes = Buffer.from(signature.value, 'base64');
      return (
        signature.name === name &&
        bytes.subarray(0, keyIdBytes).toString('hex') === keyId &&
        verify(null, Buffer.from(text), publicKey, bytes.subarray(keyIdBytes))
      );
    }),
  );

/** Text in which an old key says that a new one signs from now on. */
const endorsementStart = 'countersign ledger key\n';
export const endorsementText = (verifier: string): string => `${endorsementStart}${verifier}\n`;

/** The key that a known one vouches for, if the note says so. */
export const endorsedBy = (printed: string, keys: readonly Verifier[]): Verifier | undefined => {
  const note = readNote(printed);
  if (!note?.text.startsWith(endorsementStart) || !signerOf(note, keys)) return undefined;
  return readVerifier(note.text.slice(endorsementStart.length));
};

/** What keys sign beside checkpoints: that another key signs from now on, that the log was put back. */
export const isStatement = (note: string): boolean => note.startsWith('countersign ledger ');

const restorationIdDigits = 32;

/** The restoration that a note tells of, whoever has signed it. */
export const restorationIn = (printed: string): NamedRestoration | undefined => {
  const note = readNote(printed);
  const restoration = note && readRestoration(note.text);
  if (!restoration) return undefined;
  return { ...restoration, id: hash('sha256', note.text, 'hex').slice(0, restorationIdDigits) };
};
