import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { endorsementText, printVerifier, signNote, verifierOf } from './notes.ts';
import type { LedgerKey, Signer } from './port.ts';

const groupAndWorld = 0o077;
const nameBytes = 8;

/** The signing key cannot be used; the message says what to do, and never the key. */
export class SigningKeyUnusable extends Error {
  override readonly name = 'SigningKeyUnusable';
}

/** The name lies with the key, because its id is made of both. */
type KeyFile = { readonly name: string; readonly key: string };

const read = (file: string): KeyFile => {
  const handle = openSync(file, 'r');
  try {
    // Windows keeps rights elsewhere; its mode bits say nothing.
    if (process.platform !== 'win32' && (fstatSync(handle).mode & groupAndWorld) !== 0)
      throw new SigningKeyUnusable(`${file} is open to others than its owner: chmod 600 ${file}`);
    const [first = '', ...pem] = readFileSync(handle, 'utf8').split('\n');
    return { name: first, key: pem.join('\n') };
  } finally {
    closeSync(handle);
  }
};

/** Complete and on disk before it has its name: a crash leaves the old key or the new one. */
const write = (file: string, { name, key }: KeyFile): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.next`;
  writeFileSync(draft, `${name}\n${key}`, { mode: 0o600, flush: true });
  renameSync(draft, file);
  if (process.platform === 'win32') return; // Folders cannot be opened there.
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

const signerFor = (name: string, privateKey: KeyObject, endorsement?: string): Signer => {
  const verifier = verifierOf(name, createPublicKey(privateKey));
  return {
    key: {
      keyId: verifier.keyId,
      verifier: printVerifier(verifier),
      ...(endorsement === undefined ? {} : { endorsement }),
    },
    sign: (text) => signNote(text, verifier, privateKey),
  };
};

const pemOf = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }));

/**
 * The ledger's signing key, a file beside the master key, which no copy of the data holds (SEC-70). Made where it is
 * missing, under `name`, or a name of its own for a new log.
 * @throws {SigningKeyUnusable} if the file is malformed or open to others
 */
export const openSigner = (file: string, name?: string): Signer => {
  if (!existsSync(file)) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const print = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
    write(file, {
      name: name ?? `countersign-${print.slice(0, 2 * nameBytes)}`,
      key: pemOf(privateKey),
    });
  }
  const kept = read(file);
  try {
    return signerFor(kept.name, createPrivateKey(kept.key));
  } catch (cause) {
    throw Object.assign(new SigningKeyUnusable(`${file} does not hold an Ed25519 key`), { cause });
  }
};

/**
 * A new key in place of the old one, which vouches for it; the old one can sign nothing more afterwards.
 * @param remember is told of the new key before it is used, so that no crash leaves one that nobody vouches for
 */
export const rotateSigner = (file: string, remember: (key: LedgerKey) => void): Signer => {
  const old = openSigner(file);
  const { name } = read(file);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const endorsement = old.sign(endorsementText(printVerifier(verifierOf(name, publicKey))));
  const next = signerFor(name, privateKey, endorsement);
  remember(next.key);
  write(file, { name, key: pemOf(privateKey) });
  return next;
};
