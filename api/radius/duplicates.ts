/**
 * How long an answer is sent again: at least 10 s, and at most 30 s after it came on record, of which the kept octets
 * have the last part wherever they were fetched from the record (SEC-09; RFC 5080 §2.2.2).
 */
const keepMs = 11_000;
/** How old an answer on record may be to be fetched for a repetition, by another node or after a restart. */
export const recordedWithinMs = 18_000;
const sweepMs = 2_000;
/** Answers that are kept at most; the oldest go first. */
const maxKept = 50_000;

type Entry = { reply: Buffer | undefined; over: number };

export type Duplicates = {
  /** `new` makes the packet known; `open` is being worked on; octets are the answer that it got. */
  meet(key: string): 'new' | 'open' | Buffer;
  /** What it was answered; without an answer it is forgotten, so that a repetition is a new try. */
  settle(key: string, reply: Buffer | undefined): void;
  stop(): void;
};

/** Packets that this process works on or has answered a moment ago (RFC 5080 §2.2.2). */
export const createDuplicates = (nowMs: () => number): Duplicates => {
  const entries = new Map<string, Entry>();
  const sweep = setInterval(() => {
    for (const [key, { reply, over }] of entries) {
      if (reply === undefined) continue;
      if (over > nowMs()) return;
      entries.delete(key);
    }
  }, sweepMs);
  sweep.unref();

  return {
    meet(key) {
      const known = entries.get(key);
      if (known && known.reply === undefined) return 'open';
      if (known?.reply !== undefined && known.over > nowMs()) return known.reply;
      entries.set(key, { reply: undefined, over: 0 });
      return 'new';
    },
    settle(key, reply) {
      // Put back at the end, so that the oldest answer stands first.
      entries.delete(key);
      if (reply !== undefined) entries.set(key, { reply, over: nowMs() + keepMs });
      if (entries.size > maxKept)
        for (const [oldest, { reply: kept }] of entries)
          if (kept !== undefined) {
            entries.delete(oldest);
            break;
          }
    },
    stop: () => clearInterval(sweep),
  };
};
