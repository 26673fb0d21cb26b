import { AsyncLocalStorage } from 'node:async_hooks';
import type { Secrets } from '../../adapters/secrets/port.ts';

/** Where new ids and secrets come from. */
export type Chance = {
  newId(): string;
  /** A UUID with dashes. */
  newGuid(): string;
  randomBytes(length: number): Buffer;
};

/** One call that its caller has named. */
export type NamedCall = {
  /** Who calls, the name that they gave it, and which of the calls of that name it is: known to nobody else together. */
  readonly name: readonly string[];
  /** Unix milliseconds of when it was first made. */
  readonly atMs: number;
  /** It may have been made before, up to any point. */
  readonly isRepeat: boolean;
};

const guidBytes = 16;
const dashes = [8, 13, 18, 23] as const;

/** RFC 9562 §5: version and variant over 16 bytes, as 32 hexadecimal digits. */
const uuidOf = (bytes: Buffer, version: number): string => {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex');
};

/** What a named call draws: keyed hashes of its name and of how much it has drawn before. */
const drawsOf = (secrets: Pick<Secrets, 'hash'>, { name, atMs, isRepeat }: NamedCall) => {
  let drawn = 0;
  const bytes = (length: number): Buffer => {
    drawn += 1;
    const blocks: Buffer[] = [];
    for (let block = 0; Buffer.concat(blocks).length < length; block += 1)
      blocks.push(
        Buffer.from(secrets.hash('call', JSON.stringify(['draw', name, drawn, block])), 'hex'),
      );
    return Buffer.concat(blocks, length);
  };
  return {
    isRepeat,
    randomBytes: bytes,
    /** Ordered by time like all others (RFC 9562 §5.7). */
    newId: (): string => {
      const id = bytes(guidBytes);
      id.writeUIntBE(atMs, 0, 6);
      return uuidOf(id, 7).toUpperCase();
    },
    newGuid: (): string => {
      let guid = uuidOf(bytes(guidBytes), 8);
      for (const at of dashes) guid = `${guid.slice(0, at)}-${guid.slice(at)}`;
      return guid;
    },
  };
};

/**
 * Chance that a repeat of a named call meets again, in whichever process: it draws the same ids, so that each step that
 * was done is found done, and the same secrets, which are kept nowhere and yet are in its answer again. All else
 * draws from `fresh`. The order in which one call draws must not depend on what it has changed.
 */
export const repeatableChance = (secrets: Pick<Secrets, 'hash'>, fresh: Chance) => {
  const current = new AsyncLocalStorage<ReturnType<typeof drawsOf>>();
  return {
    newId: () => (current.getStore() ?? fresh).newId(),
    newGuid: () => (current.getStore() ?? fresh).newGuid(),
    randomBytes: (length: number) => (current.getStore() ?? fresh).randomBytes(length),
    /** Whether the call that is being made may have been made before. */
    isRepeat: () => current.getStore()?.isRepeat === true,
    /** @returns a function that runs parts of one call in their order */
    named(call: NamedCall): <T>(work: () => Promise<T>) => Promise<T> {
      const draws = drawsOf(secrets, call);
      return async (work) => await current.run(draws, work);
    },
  };
};
export type RepeatableChance = ReturnType<typeof repeatableChance>;
