/** Milliseconds since 1970; handed in so that tests need no sleep. */
export type Clock = () => number;

export type WindowCounter = {
  /** Counts one; true while the count of the window is within the limit. */
  hit(key: string): boolean;
  /** Milliseconds until the key may go on, 0 where it may now. */
  blockedForMs(key: string): number;
};

type Window = { count: number; endsAt: number };

/** Counts per key in windows that begin with a key's first hit. Remembers `maxKeys`; the oldest make room. */
export const windowCounter = (
  { limit, windowMs, maxKeys }: { limit: number; windowMs: number; maxKeys: number },
  now: Clock,
): WindowCounter => {
  const windows = new Map<string, Window>();
  const current = (key: string): Window | undefined => {
    const window = windows.get(key);
    if (window === undefined || window.endsAt > now()) return window;
    windows.delete(key);
    return undefined;
  };
  return {
    hit: (key) => {
      const window = current(key);
      if (window === undefined) {
        remember(windows, maxKeys, key, { count: 1, endsAt: now() + windowMs });
        return limit >= 1;
      }
      window.count += 1;
      return window.count <= limit;
    },
    blockedForMs: (key) => {
      const window = current(key);
      return window !== undefined && window.count >= limit ? window.endsAt - now() : 0;
    },
  };
};

/** Who is doing how much right now, over all keys and per key. */
export type Occupancy = {
  /** @returns the release, or undefined where there is no place left */
  enter(key: string): (() => void) | undefined;
};

export const occupancy = ({ perKey, total }: { perKey: number; total: number }): Occupancy => {
  const held = new Map<string, number>();
  let sum = 0;
  return {
    enter: (key) => {
      const count = held.get(key) ?? 0;
      if (count >= perKey || sum >= total) return undefined;
      held.set(key, count + 1);
      sum += 1;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        sum -= 1;
        const left = (held.get(key) ?? 1) - 1;
        if (left === 0) held.delete(key);
        else held.set(key, left);
      };
    },
  };
};

/** Puts a new entry in; a map's order is that of insertion, so the first key is the oldest. */
export const remember = <Value>(
  map: Map<string, Value>,
  maxKeys: number,
  key: string,
  value: Value,
): void => {
  const [oldest] = map.keys();
  if (map.size >= maxKeys && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
};
