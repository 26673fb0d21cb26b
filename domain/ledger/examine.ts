import type { Fault } from './fault.ts';
import { createFrontier, isSameHash, type Frontier, type Hash, type TreeHash } from './merkle.ts';
import { lineAt } from './record.ts';
import { createOrder } from './order.ts';

/** A root that a known key has signed. */
export type SignedRoot = { readonly size: number; readonly root: Hash };

export type Examination = {
  readonly events: number;
  /** Signed roots that the log leads to, and the size of the largest of them. */
  readonly roots: number;
  readonly signedSize: number;
  readonly fault?: Fault;
};

type Options = {
  readonly hash: TreeHash;
  readonly roots: readonly SignedRoot[];
  /** Hashes that the ledger has kept of the leaves, by index from 0; they are believed as far as signed roots vouch for them. */
  readonly kept?: (index: number) => Hash | undefined;
};

type Broken = { readonly after: number; readonly size: number };

type Followed = {
  readonly frontier: Frontier;
  /** Roots that were passed, and how many of them, up to which size, the leaves led to. */
  readonly passed: number;
  readonly holding: number;
  readonly held: number;
  readonly broken: Broken | undefined;
};

/** Follows one sequence of leaves past the signed roots. */
const follow = (hash: TreeHash, roots: readonly SignedRoot[], from?: Followed) => {
  const frontier = from?.frontier ?? createFrontier(hash);
  let { passed, holding, held, broken } = from ?? {
    passed: 0,
    holding: 0,
    held: 0,
    broken: undefined,
  };
  const look = (): void => {
    for (let root = roots[passed]; root?.size === frontier.size(); root = roots[passed]) {
      passed += 1;
      const { size } = root;
      if (broken) continue;
      if (isSameHash(frontier.root(), root.root)) {
        held = size;
        holding += 1;
      } else broken = { after: roots.findLast((other) => other.size < size)?.size ?? 0, size };
    }
  };
  look();
  return {
    append(leaf: Hash): void {
      frontier.append(leaf);
      look();
    },
    fork: () => follow(hash, roots, { frontier: frontier.copy(), passed, holding, held, broken }),
    size: () => frontier.size(),
    held: () => held,
    holding: () => holding,
    broken: () => broken,
  };
};

/** The first event that is not the one whose hash was kept, and where both of them have gone. */
const createDifference = (hash: TreeHash, index: number, line: string, expected: Hash) => {
  let movedTo: number | undefined;
  let foundAt: number | undefined;
  return {
    index,
    /** The event that stands in the wrong place is the genuine one of `at`. */
    compareKept(at: number, kept: Hash): void {
      if (at > index)
        movedTo ??= isSameHash(hash.leaf(lineAt(line, at + 1)), kept) ? at : undefined;
    },
    /** The event that is missing in its place stands `at`. */
    compareRow(at: number, row: string): void {
      if (at > index)
        foundAt ??= isSameHash(hash.leaf(lineAt(row, index + 1)), expected) ? at : undefined;
    },
    fault(): Fault {
      const position = index + 1;
      if (movedTo !== undefined && foundAt !== undefined)
        return {
          kind: 'reordered',
          position,
          detail: `the event of position ${position} stands at ${foundAt + 1}, and that of ${movedTo + 1} in its place`,
        };
      if (movedTo !== undefined) {
        const gone = movedTo - index;
        const detail = gone === 1 ? 'the event is gone' : `${gone} events from here on are gone`;
        return { kind: 'missing', position, detail };
      }
      if (foundAt !== undefined) {
        const more = foundAt - index;
        const detail = more === 1 ? 'an event was put in' : `${more} events were put in`;
        return { kind: 'inserted', position, detail };
      }
      return { kind: 'altered', position, detail: 'the event is not the one that was hashed' };
    },
  };
};

/**
 * Compares a log with what was signed about it, in one pass over its lines from the first on. Where the ledger's hashes
 * are at hand, the first bad position is exact; without them, it lies between two signed roots unless the order of
 * positions and revisions tells it.
 */
export const createExaminer = ({ hash, roots: given, kept = () => undefined }: Options) => {
  const roots = given.toSorted((a, b) => a.size - b.size);
  const reference = follow(hash, roots);
  const order = createOrder();
  let rows: ReturnType<typeof follow> | undefined;
  let difference: ReturnType<typeof createDifference> | undefined;
  let events = 0;

  const reach = (size: number): void => {
    for (let at = reference.size(); at < size; at += 1) {
      const leaf = kept(at);
      if (!leaf) return;
      difference?.compareKept(at, leaf);
      reference.append(leaf);
    }
  };

  const compare = (line: string, leaf: Hash): void => {
    rows?.append(leaf);
    reach(events + 1);
    difference?.compareRow(events, line);
  };

  /** What a signed root vouches for is in order, whatever it looks like. */
  const misplacedAfter = (held: number): Fault | undefined => {
    const fault = order.fault();
    if (!fault || (fault.until ?? fault.position) <= held) return undefined;
    return {
      ...fault,
      position: Math.max(fault.position, fault.until === undefined ? 1 : held + 1),
    };
  };

  const faultOf = (): Fault | undefined => {
    const broken = reference.broken();
    const range = broken && {
      kind: 'rewritten' as const,
      position: Math.min(broken.after + 1, broken.size),
      until: broken.size,
      detail: `the checkpoint of ${broken.size} events is of other events`,
    };
    if (difference) {
      const signed = rows && rows.held() > difference.index && !rows.broken();
      if (broken && signed)
        return {
          kind: 'hashesAltered',
          position: difference.index + 1,
          detail: 'the event is as it was signed, the ledger’s hash of it is not',
        };
      return range && range.position <= difference.index + 1 ? range : difference.fault();
    }
    const size = Math.max(reference.size(), roots.at(-1)?.size ?? 0);
    const misplaced = misplacedAfter(reference.held());
    if (misplaced && (!range || misplaced.position <= range.until)) return misplaced;
    if (range) return range;
    if (events >= size) return undefined;
    // Without a hash of the last event there is, one before it may be gone instead.
    const isVouchedFor = events === reference.held() || kept(events - 1) !== undefined;
    return {
      kind: 'truncated',
      ...(isVouchedFor
        ? { position: events + 1 }
        : { position: reference.held() + 1, until: events + 1 }),
      detail: `${size - events} events from here to ${size} are gone`,
    };
  };

  return {
    take(line: string): void {
      const leaf = hash.leaf(line);
      const known = kept(events);
      if (!difference && known && !isSameHash(leaf, known)) {
        rows = reference.fork();
        difference = createDifference(hash, events, line, known);
      }
      if (difference) compare(line, leaf);
      else {
        // What a kept hash vouches for is in order; the rest has only its own words for it.
        if (!known) order.take(line, events);
        reference.append(leaf);
      }
      events += 1;
    },
    finish(): Examination {
      reach(Infinity);
      const fault = faultOf();
      return {
        events,
        roots: reference.holding(),
        signedSize: Math.min(reference.held(), events),
        ...(fault ? { fault } : {}),
      };
    },
  };
};
export type Examiner = ReturnType<typeof createExaminer>;
