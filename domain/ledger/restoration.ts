/**
 * What a log says of itself when it was put back to an earlier end, signed with the ledger's key: the first `size` events
 * were kept, and what was signed beyond them before is lost (docs/adr/0013-a-restore-is-signed.md).
 */
export type Restoration = {
  /** Name of the log, as in its checkpoints. */
  readonly origin: string;
  readonly size: number;
  /** Base64 of the root of the events that were kept. */
  readonly root: string;
  /** The largest checkpoint over what is lost that was known then; absent where none was. */
  readonly lost?: { readonly size: number; readonly root: string };
  /** Id of the restoration that the kept events had come through last. */
  readonly base?: string;
  readonly at: string;
};
export type NamedRestoration = Restoration & { readonly id: string };

const start = 'countersign ledger restoration';
const none = '-';
const form = new RegExp(
  String.raw`^${start}\n([^\n]{1,256})\n([1-9]\d{0,15}) ([A-Za-z\d+/]{43}=)\nlost (?:-|([1-9]\d{0,15}) ([A-Za-z\d+/]{43}=))\nbase (-|[\da-f]{32})\nat (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n$`,
);

/** The signed part of the statement; its id is made of it. */
export const restorationText = ({ origin, size, root, lost, base, at }: Restoration): string =>
  [
    start,
    origin,
    `${size} ${root}`,
    `lost ${lost ? `${lost.size} ${lost.root}` : none}`,
    `base ${base ?? none}`,
    `at ${at}`,
    '',
  ].join('\n');

/** @returns undefined where the text is no such statement */
export const readRestoration = (text: string): Restoration | undefined => {
  const [, origin, size, root, lostSize, lostRoot, base, at] = form.exec(text) ?? [];
  if (origin === undefined || root === undefined || at === undefined) return undefined;
  return {
    origin,
    size: Number(size),
    root,
    ...(lostSize === undefined || lostRoot === undefined
      ? {}
      : { lost: { size: Number(lostSize), root: lostRoot } }),
    ...(base === undefined || base === none ? {} : { base }),
    at,
  };
};

/** Events before any restoration stand on the line of this name. */
const firstLine = '';

/**
 * The lines that a log has gone along: each restoration leaves the line of its `base` after `size` events and begins one of
 * its own. The line of the newest restoration is the one that the log must be on now.
 */
export const lineageOf = (restorations: readonly NamedRestoration[]) => {
  const inOrder = restorations.toSorted((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1));
  const byId = new Map(inOrder.map((restoration) => [restoration.id, restoration]));

  /** Lines from one back to the first; undefined where one of them is unknown. */
  const backFrom = (line: string): readonly string[] | undefined => {
    const path = [line];
    for (let at = line; at !== firstLine; path.push(at)) {
      const restoration = byId.get(at);
      if (!restoration || path.length > byId.size + 1) return undefined;
      at = restoration.base ?? firstLine;
    }
    return path;
  };
  const current = backFrom(inOrder.at(-1)?.id ?? firstLine);
  const fork = (lines: readonly string[]): number =>
    Math.min(Infinity, ...lines.map((line) => byId.get(line)?.size ?? Infinity));

  return {
    /** The oldest first. */
    restorations: inOrder,
    /** How many events of a line, from the first on, the log still has; undefined for a line that nobody vouches for. */
    kept(line: string = firstLine): number | undefined {
      const path = backFrom(line);
      const common = path?.findIndex((passed) => current?.includes(passed));
      if (!path || !current || common === undefined || common < 0) return undefined;
      return Math.min(
        fork(path.slice(0, common)),
        fork(current.slice(0, current.indexOf(path[common] ?? firstLine))),
      );
    },
    /** The restoration that lost an event of a line: the first one after it that kept fewer. */
    lostBy(line: string | undefined, size: number): NamedRestoration | undefined {
      const from = inOrder.findIndex(({ id }) => id === line) + 1;
      return inOrder.slice(from).find((restoration) => restoration.size < size) ?? inOrder.at(-1);
    },
  };
};
