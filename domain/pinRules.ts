import type { Settings } from './settings.ts';

const dayMs = 24 * 3_600_000;
export const maxPinLength = 10;
const digitsOfPhone = 4;
const run = 3;

/** Why a PIN is refused, by the numbers of contracts/mobile-app.md 7.5. */
export type PinFault = 'form' | 'repeated' | 'sequence' | 'recent' | 'phone';

export const pinFaultTexts: Readonly<Record<PinFault, string>> = {
  form: 'a PIN has 4 to 10 digits, at least as many as the company settings say',
  repeated: 'a PIN has no three equal digits in a row',
  sequence: 'a PIN has no three digits in ascending or descending order',
  recent: 'this PIN was used before',
  phone: 'a PIN does not contain four digits of your own phone number',
};

const hasRun = (pin: string, difference: number): boolean =>
  Array.from({ length: Math.max(0, pin.length - run + 1) }, (_, at) =>
    pin.slice(at, at + run),
  ).some((part) =>
    Array.from(part).every(
      (digit, index) => index === 0 || Number(digit) - Number(part[index - 1]) === difference,
    ),
  );

const sharesWithPhone = (pin: string, phones: readonly string[]): boolean =>
  Array.from({ length: Math.max(0, pin.length - digitsOfPhone + 1) }, (_, at) =>
    pin.slice(at, at + digitsOfPhone),
  ).some((part) => phones.some((phone) => phone.includes(part)));

/**
 * The rules of spec/10 'PIN', in the order of the contract's numbers.
 * @param facts `phones` digits of the person's own numbers; `isRecent` whether it is one of the last PINs
 */
export const pinFault = (
  pin: string,
  settings: Settings,
  facts: { readonly phones: readonly string[]; readonly isRecent: boolean },
): PinFault | undefined => {
  const wellFormed = /^[0-9]+$/.test(pin) && pin.length <= maxPinLength;
  if (!wellFormed || pin.length < settings.pinMinLength) return 'form';
  if (settings.pinWeakRefused && hasRun(pin, 0)) return 'repeated';
  if (settings.pinWeakRefused && (hasRun(pin, 1) || hasRun(pin, -1))) return 'sequence';
  if (facts.isRecent) return 'recent';
  return settings.pinWeakRefused && sharesWithPhone(pin, facts.phones) ? 'phone' : undefined;
};

/** Whether the PIN has to be changed before it counts again: somebody else chose it, or it is too old. */
export const mustChangePin = (
  pin: { readonly pinChangeRequired: boolean; readonly pinSetAtMs: number | undefined },
  settings: Settings,
  nowMs: number,
): boolean =>
  pin.pinChangeRequired ||
  (settings.pinMaxAgeDays > 0 &&
    pin.pinSetAtMs !== undefined &&
    nowMs - pin.pinSetAtMs > settings.pinMaxAgeDays * dayMs);
