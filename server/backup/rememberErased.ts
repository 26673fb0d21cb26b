import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addErased, erasedFile, readErased } from '../../adapters/backup/erasedList.ts';
import { destroyedIn } from '../../adapters/secrets/tombstones.ts';
import type { Roots, Secrets } from '../../adapters/secrets/port.ts';
import type { DataLayout } from '../../runtime/dataFolder.ts';
import type { Logger } from '../../runtime/logger.ts';

/** Beside the keys, which outlive the data folder, and beside the anchored checkpoints. */
export const erasedLists = (
  { root, anchors: own }: Pick<DataLayout, 'root' | 'anchors'>,
  anchors: string = own,
): readonly string[] => [join(`${root}-keys`, erasedFile), join(anchors, erasedFile)];

type Options = {
  /** The key table, and the lists that say outside of it whose keys it has destroyed. */
  readonly keys: string;
  readonly lists: readonly string[];
  readonly nowMs: () => number;
  readonly log: Pick<Logger, 'warn'>;
};

const personPrefix = 'user:';

/**
 * Secrets whose destroyed keys stay destroyed when a backup from before is restored: the owner is on each list before
 * the key is gone. A list that was lost, or that was on a share that was away, is completed from the key table; without
 * the first one, which is beside the keys, nobody is erased.
 */
export const rememberErased = <S extends Pick<Secrets, 'destroy'> & Pick<Roots, 'root'>>(
  secrets: S,
  { keys, lists, nowMs, log }: Options,
): S => {
  const tried = <T>(list: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      log.warn('the list of who was erased is to be completed by the next start', { list, error });
      return undefined;
    }
  };
  const listed = new Set<string>();
  const destroyed = existsSync(keys)
    ? destroyedIn(keys).erased.filter(({ owner }) => owner.startsWith(personPrefix))
    : [];
  for (const list of lists)
    tried(list, () => {
      const known = new Set(readErased(list, secrets.root()).map(({ owner }) => owner));
      for (const person of destroyed)
        if (!known.has(person.owner)) addErased(list, person, secrets.root());
    });
  for (const { owner } of destroyed) listed.add(owner);
  return {
    ...secrets,
    async destroy(owner) {
      if (owner.startsWith(personPrefix) && !listed.has(owner)) {
        const person = { owner, at: new Date(nowMs()).toISOString() };
        const [first = '', ...others] = lists;
        addErased(first, person, secrets.root());
        for (const list of others) tried(list, () => addErased(list, person, secrets.root()));
        listed.add(owner);
      }
      await secrets.destroy(owner);
    },
  };
};
