import { shownText, type ShownPush } from './shownPush.ts';

/**
 * The key that binds an authenticator of ours to its device (SEC-49, spec/70 'Key-bound devices'): made at activation, it
 * signs every answer, so that a stolen device token is of no use alone. WebCrypto is handed in; the same code runs in
 * the server, in the terminal and in browsers.
 */
type Subtle = (typeof globalThis)['crypto']['subtle'];
type Key = Awaited<ReturnType<Subtle['importKey']>>;

export type DeviceKey = {
  /** Base64url of the point on P-256, uncompressed: 65 bytes. */
  readonly publicKey: string;
  readonly privateKey: Key;
};

/** What the person decided; a check and a change of the PIN are no approval. */
export type Decision = 'approve' | 'deny' | 'fraud' | 'checkPin' | 'changePin' | 'changePinOnly';

/** What a device answers, as it signs it. PINs are left out: a signature over one would let it be guessed. */
export type AnswerToSign = {
  readonly guid: string;
  readonly deviceId: string;
  readonly decision: Decision;
  readonly number: string | undefined;
  readonly shown: ShownPush;
  /** SHA-256 of the device's token from now on, hex, where it changes with the answer. */
  readonly newTokenHash?: string | undefined;
};

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** 65 and 64 bytes. */
const publicKeyForm = /^[\w-]{87}$/;
const signatureForm = /^[\w-]{86}$/;

export const decisionOf = (answer: {
  readonly answer: 'approve' | 'deny' | 'fraud';
  readonly authenticate?: boolean | undefined;
  readonly changesPin?: boolean;
}): Decision => {
  const authenticates = answer.authenticate !== false;
  if (answer.changesPin) return authenticates ? 'changePin' : 'changePinOnly';
  return authenticates ? answer.answer : 'checkPin';
};

/** The text that is signed: its first line keeps it apart from whatever else a key may sign one day. */
export const answerText = async (subtle: Subtle, answer: AnswerToSign): Promise<string> => {
  const digest = await subtle.digest('SHA-256', bytesIn(shownText(answer.shown)));
  return [
    'countersign push answer 1',
    `request ${answer.guid}`,
    `device ${answer.deviceId}`,
    `decision ${answer.decision}`,
    `number ${answer.number === undefined || answer.number === '' ? 'none' : answer.number}`,
    `shown ${hex(digest)}`,
    `token ${answer.newTokenHash ?? 'same'}`,
  ].join('\n');
};

/** @param extractable true only where the key has to be kept in a file */
export const newDeviceKey = async (subtle: Subtle, extractable = false): Promise<DeviceKey> => {
  const { publicKey, privateKey } = await subtle.generateKey(keyAlgorithm, extractable, [
    'sign',
    'verify',
  ]);
  return { publicKey: base64url(await subtle.exportKey('raw', publicKey)), privateKey };
};

/** PKCS #8, base64url. @throws where the key was made not to be exported */
export const writePrivateKey = async (subtle: Subtle, { privateKey }: DeviceKey): Promise<string> =>
  base64url(await subtle.exportKey('pkcs8', privateKey));

export const readPrivateKey = async (subtle: Subtle, text: string): Promise<Key> =>
  await subtle.importKey('pkcs8', fromBase64url(text), keyAlgorithm, false, ['sign']);

export const signText = async (subtle: Subtle, privateKey: Key, text: string): Promise<string> =>
  base64url(await subtle.sign(signature, privateKey, bytesIn(text)));

/** Whether a text is a public key: a point that lies on the curve. */
export const isPublicKey = async (subtle: Subtle, text: string): Promise<boolean> =>
  (await readPublicKey(subtle, text)) !== undefined;

/** Whether the device's key signed this text. A key or a signature that is none signed nothing. */
export const isSigned = async (
  subtle: Subtle,
  signed: {
    readonly publicKey: string;
    readonly text: string;
    readonly signature: string | undefined;
  },
): Promise<boolean> => {
  if (signed.signature === undefined || !signatureForm.test(signed.signature)) return false;
  const key = await readPublicKey(subtle, signed.publicKey);
  if (key === undefined) return false;
  const bytes = fromBase64url(signed.signature);
  return await subtle.verify(signature, key, bytes, bytesIn(signed.text));
};

const readPublicKey = async (subtle: Subtle, text: string): Promise<Key | undefined> => {
  if (!publicKeyForm.test(text)) return undefined;
  try {
    return await subtle.importKey('raw', fromBase64url(text), keyAlgorithm, true, ['verify']);
  } catch {
    return undefined;
  }
};

const bytesIn = (text: string) => new TextEncoder().encode(text);

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const fromBase64url = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
