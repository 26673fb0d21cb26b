import { parseStream } from '../ids.ts';
import type { Actor } from '../events.ts';

export const ledgerStream = 'ledger';

/** A checkpoint is signed after so many events, or so long after the first that is not under one (SEC-79). */
export const checkpointEvents = 10_000;
export const checkpointMs = 600_000;
/** After a privileged change sooner: with what is left for signing and anchoring, at most 5 s. */
export const privilegedMs = 2_000;

/** What an administrator alone can do: configuration, accounts, and changes of people and what they answer with. */
export const isPrivileged = (event: {
  readonly stream: string;
  readonly actor: Actor;
}): boolean => {
  const { category } = parseStream(event.stream);
  if (category === 'settings') return true;
  return (
    event.actor.kind === 'administrator' && category !== 'authentication' && category !== 'delivery'
  );
};

/** Events without a checkpoint; the ledger's own do not ask for one, or it would never rest. */
export type Unsigned = {
  readonly events: number;
  readonly sinceMs: number;
  /** When the first privileged change among them was seen. */
  readonly privilegedSinceMs: number | undefined;
};

export const isDue = (unsigned: Unsigned | undefined, nowMs: number): boolean =>
  unsigned !== undefined &&
  unsigned.events > 0 &&
  (unsigned.events >= checkpointEvents ||
    nowMs - unsigned.sinceMs >= checkpointMs ||
    (unsigned.privilegedSinceMs !== undefined &&
      nowMs - unsigned.privilegedSinceMs >= privilegedMs));
