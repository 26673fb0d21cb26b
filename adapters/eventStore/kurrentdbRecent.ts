import type { EventRow } from './catalogue.ts';

const maxRows = 4_096;
/** Characters of data and meta. */
const maxLength = 16 * 1024 * 1024;

export type RecentRows = {
  /** Rows that follow those that were added before. */
  add(rows: readonly EventRow[]): void;
  /** So many rows from a position on, if all of them are still kept. */
  from(position: number, count: number): readonly EventRow[] | undefined;
};

const lengthOf = ({ data, meta }: EventRow): number => data.length + meta.length;

/** The newest rows, so that everybody who follows the log live reads each of them from the server once together. */
export function recentRows(): RecentRows {
  let kept: EventRow[] = [];
  let length = 0;
  return {
    add(rows) {
      kept.push(...rows);
      for (const row of rows) length += lengthOf(row);
      let cut = Math.max(0, kept.length - maxRows);
      for (const row of kept.slice(0, cut)) length -= lengthOf(row);
      for (; length > maxLength && cut < kept.length; cut++) length -= lengthOf(kept[cut]!);
      if (cut > 0) kept = kept.slice(cut);
    },
    from(position, count) {
      const start = position - (kept[0]?.position ?? 0);
      return start >= 0 && kept.length > 0 && start + count <= kept.length
        ? kept.slice(start, start + count)
        : undefined;
    },
  };
}
