import { windows, type MobileServiceLimits } from './limits.ts';
import { remember, windowCounter, type Clock } from './throttle.ts';

/** Where a guess was made: a URL with an unguessable route segment is not part of the public one. */
export type GuessPlace = { readonly source: string; readonly shortUrl: boolean };

export type GuessBudget = {
  /** Takes one guess out of the budget before it is judged, so that parallel ones cannot overdraw it. */
  begin(place: GuessPlace): Guess | { readonly retryAfterMs: number };
};

export type Guess = { end(wrong: boolean): void };

type Source = {
  wrong: number;
  inFlight: number;
  windowEndsAt: number;
  blockedUntil: number;
  blocks: number;
};

/**
 * Wrong activation codes (contracts/mobile-app.md 13): a source that used its budget up waits, each time twice
 * as long; the short URL as a whole pauses until its minute is over.
 */
export const guessBudget = (
  limits: MobileServiceLimits,
  now: Clock,
  onFlood: () => void,
): GuessBudget => {
  const sources = new Map<string, Source>();
  const shortUrl = windowCounter(
    { limit: limits.wrongCodesAtShortUrl, windowMs: windows.shortUrl, maxKeys: 1 },
    now,
  );

  const sourceOf = (key: string): Source => {
    const known = sources.get(key) ?? newSource();
    if (known.windowEndsAt <= now()) {
      known.wrong = 0;
      known.windowEndsAt = now() + windows.wrongCodes;
    }
    // A source that kept quiet for as long as the longest block starts over.
    if (known.blockedUntil + limits.longestBlockMs <= now()) known.blocks = 0;
    sources.delete(key); // Used last, so forgotten last.
    remember(sources, limits.rememberedKeys, key, known);
    return known;
  };

  const wrongAt = (source: Source, place: GuessPlace): void => {
    source.wrong += 1;
    if (place.shortUrl) {
      shortUrl.hit(everybody);
      if (shortUrl.blockedForMs(everybody) > 0) onFlood();
    }
    if (source.wrong < limits.wrongCodesPerAddress) return;
    const blockMs = Math.min(limits.firstBlockMs * 2 ** source.blocks, limits.longestBlockMs);
    source.blockedUntil = now() + blockMs;
    source.blocks += 1;
    source.windowEndsAt = now();
  };

  return {
    begin: (place) => {
      const source = sourceOf(place.source);
      const blockedForMs = Math.max(
        source.blockedUntil - now(),
        place.shortUrl ? shortUrl.blockedForMs(everybody) : 0,
      );
      if (blockedForMs > 0) return { retryAfterMs: blockedForMs };
      if (source.wrong + source.inFlight >= limits.wrongCodesPerAddress) {
        return { retryAfterMs: busyRetryMs };
      }
      source.inFlight += 1;
      return {
        end: (wrong) => {
          source.inFlight -= 1;
          if (wrong) wrongAt(source, place);
        },
      };
    },
  };
};

const everybody = '';
const busyRetryMs = 1_000;

const newSource = (): Source => ({
  wrong: 0,
  inFlight: 0,
  windowEndsAt: 0,
  blockedUntil: 0,
  blocks: 0,
});
