import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { Sealed, SealedPlace } from '../../domain/sealed.ts';
import { openFor, type Opener } from './open.ts';

export const secret = '[secret]';
/** Stands in the place of a value whose key this reading does not ask for. */
export const sealedMark = '[sealed]';
const sealedForm = /^s\d+:/;

/** Fields that nobody is shown, by any name they have in any event: seeds, and hashes of what opens a door. */
const secretFields: ReadonlySet<string> = new Set([
  'secret',
  'oathSecret',
  'secretHash',
  'tokenHash',
  'confirmationHash',
  'permitHash',
  'routeHash',
  'codeHash',
  'codeHashes',
]);

/** Personal fields that are sealed in events and may be read by whoever may read the audit log. */
const personalFields: ReadonlySet<string> = new Set([
  'username',
  'firstName',
  'lastName',
  'email',
  'initiatingIp',
  'address',
]);
/** A phone number is shown masked only; the event holds that form beside the sealed one. */
const maskedElsewhere: ReadonlySet<string> = new Set(['phone']);

/**
 * An event's data for display: personal fields opened, secrets replaced, at every depth. A sealed value that has no
 * place, or is none of these fields, stays sealed, and its ciphertext is no news to anybody.
 */
export const shownData = async (
  event: StoredEvent,
  place: (field: string) => SealedPlace | undefined,
  secrets: Opener,
): Promise<Readonly<Record<string, unknown>>> => {
  const show = async (name: string, value: unknown): Promise<unknown> => {
    if (secretFields.has(name)) return secret;
    if (Array.isArray(value)) return Promise.all(value.map((item) => show(name, item)));
    if (typeof value === 'object' && value !== null) return showAll(value);
    const isName = name === 'name' && event.type === 'DeviceActivated';
    if (typeof value !== 'string' || !sealedForm.test(value)) return value;
    const at = isName || personalFields.has(name) ? place(name) : undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form says so
    return at === undefined ? sealedMark : openFor(secrets, at, value as Sealed);
  };
  const showAll = async (data: object): Promise<Record<string, unknown>> => {
    const shown: [string, unknown][] = [];
    for (const [name, value] of Object.entries(data))
      if (!maskedElsewhere.has(name)) shown.push([name, await show(name, value)]);
    return Object.fromEntries(shown);
  };
  return showAll(event.data);
};
