import type { XmlElement } from '../xml/reader.ts';
import { notificationTypes, type NotificationType } from './message.ts';
import { refuseField, type PadErrorId } from './refusal.ts';

/** Longest texts that are kept, in characters; longer ones are cut (contracts/mobile-app.md 5.3, 5.4, 13). */
export const maxVersionLength = 64;
export const maxNameLength = 256;

/** Device tokens are printable ASCII without a space; 15-character literals such as `NO_DEVICE_TOKEN` are none. */
export const isDeviceToken = (text: string): boolean => /^[\x21-\x7e]{16,4096}$/.test(text);

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/**
 * The one child of that name, undefined where there is none; unknown siblings do not matter.
 * @throws {FieldRefused} 9001 where it is given twice: "first wins" lets two readers see two messages
 */
export const child = (parent: XmlElement, name: string): XmlElement | undefined => {
  const found = parent.children.filter((element) => element.name === name);
  return found.length > 1 ? refuseField() : found[0];
};

/** @throws {FieldRefused} where it is missing or given twice */
export const requiredChild = (parent: XmlElement, name: string): XmlElement =>
  child(parent, name) ?? refuseField();

export const textOf = (parent: XmlElement, name: string): string =>
  child(parent, name)?.text.trim() ?? '';

export const requiredText = (parent: XmlElement, name: string): string =>
  requiredChild(parent, name).text.trim();

/** Text for people and records: without control and direction-changing characters, cut to `length`. */
export const plainText = (text: string, length: number): string =>
  Array.from(text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '').trim())
    .slice(0, length)
    .join('');

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['1', true],
  ['no', false],
  ['false', false],
  ['0', false],
]);

export const booleanOf = (text: string): boolean =>
  booleans.get(text.trim().toLowerCase()) ?? refuseField();

export const optionalBoolean = (parent: XmlElement, name: string): boolean | undefined => {
  const element = child(parent, name);
  return element === undefined ? undefined : booleanOf(element.text);
};

/** @throws {FieldRefused} `errorId` where the text matches no part of the pattern */
export const matching = (text: string, pattern: RegExp, errorId: PadErrorId = 9001): string =>
  pattern.test(text) ? text : refuseField(errorId);

export const deviceTokenOf = (parent: XmlElement, name: string): string => {
  const token = requiredText(parent, name);
  return isDeviceToken(token) ? token : refuseField();
};

/** Empty, or a proof of 40 hex digits in upper case. */
export const proofOf = (parent: XmlElement): string =>
  matching(textOf(parent, 'oathCode').toUpperCase(), /^(?:[0-9A-F]{40})?$/);

const maxCounter = 2n ** 63n - 1n;

/** An app's clock; known apps send constants and nonsense, so anything else says nothing. */
export const counterOf = (text: string | undefined): string | undefined => {
  if (text === undefined || !/^\d{1,19}$/.test(text)) return undefined;
  const counter = BigInt(text);
  return counter > maxCounter ? undefined : String(counter);
};

export const notificationTypeOf = (text: string | undefined): NotificationType | undefined => {
  if (text === undefined) return undefined;
  const wanted = text.trim().toLowerCase();
  return notificationTypes.find((type) => type === wanted) ?? refuseField();
};
