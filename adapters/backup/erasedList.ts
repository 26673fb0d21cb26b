import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Who was erased, outside of the data: a backup from before must not bring them back (SEC-76). */
export const erasedFile = 'erased.txt';

const macBytes = 16;
const maxFileBytes = 268_435_456;
const lineForm = /^(\d{4}-\d\d-\d\dT[\d:.]{8,16}Z) (user:[\dA-F]{32}) ([\w-]{22})$/;

export type ErasedPerson = { readonly owner: string; readonly at: string };

const macOf = ({ owner, at }: ErasedPerson, rootKey: Uint8Array): Buffer => {
  const key = Buffer.from(hkdfSync('sha256', rootKey, 'countersign', 'list of the erased', 32));
  return createHmac('sha256', key).update(`${at} ${owner}`).digest().subarray(0, macBytes);
};

/** Adds somebody to a list; it is on disk when this returns. Only people are listed, other owners are passed over. */
export const addErased = (file: string, person: ErasedPerson, rootKey: Uint8Array): void => {
  const line = `${person.at} ${person.owner} ${macOf(person, rootKey).toString('base64url')}`;
  if (!lineForm.test(line)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'a', 0o600);
  try {
    // A line that a crash cut off ends here.
    writeSync(handle, `\n${line}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** The people of a list; what has no mac of this deployment's root is passed over, or anybody could have anybody erased. */
export const readErased = (file: string, rootKey: Uint8Array): readonly ErasedPerson[] => {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  if (bytes.length > maxFileBytes) throw new RangeError(`${file} is too large`);
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, at, owner, mac] = lineForm.exec(line) ?? [];
      if (at === undefined || owner === undefined || mac === undefined) return [];
      const person = { at, owner };
      const given = Buffer.from(mac, 'base64url');
      const isOurs = given.length === macBytes && timingSafeEqual(given, macOf(person, rootKey));
      return isOurs ? [person] : [];
    });
};
