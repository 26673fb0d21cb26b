import { Rejected } from './errors.ts';
import type { DomainEvent } from './events.ts';
import { toIso } from './instants.ts';
import { decideOtp } from './otpWindow.ts';
import type { OathSource, User } from './user.ts';

/** Wrong activation codes in a row that lock a token, and for how long (spec/20 'Errors'). */
const maxActivationTries = 3;
const activationLockMs = 15 * 60_000;
/** Two codes in a row are looked for this many steps or counters away. */
const resyncSteps = 20;
/** A button that was pressed in vain this often does no harm (RFC 4226 §7.4). */
const counterLookAhead = 10;

/** Where the codes of a token may come from at its next use; `from` is the first that may pass. */
export const expectedCounters = ({ lastStep }: Pick<OathSource, 'lastStep'>) => ({
  from: (lastStep ?? -1) + 1,
  lookAhead: counterLookAhead,
});

/** Where two codes in a row of a token that went astray are looked for; none that passed before is. */
export const resyncRange = ({ kind, lastStep }: OathSource, serverStep: number) => {
  const next = (lastStep ?? -1) + 1;
  if (kind === 'hotp') return { from: next, range: resyncSteps + 1 };
  const from = Math.max(next, serverStep - resyncSteps);
  return { from, range: serverStep + resyncSteps + 1 - from };
};

/** @throws {Rejected} notFound */
export const tokenOf = (user: User, tokenId: string): OathSource => {
  const sources = user.status === 'present' ? user.oathSources : [];
  const source = sources.find((known) => known.tokenId === tokenId && known.field === 'secret');
  if (!source) throw new Rejected('notFound', 'there is no such token');
  return source;
};

/** How many wrong codes stand in a row, none longer than the lock before the next. */
const triesUsed = (refusedAtMs: readonly number[], nowMs: number): number => {
  let used = 0;
  let later = nowMs;
  for (const at of refusedAtMs.toReversed()) {
    if (later - at >= activationLockMs) break;
    used += 1;
    later = at;
  }
  return used;
};

/** @throws {Rejected} notFound, alreadyDecided where it is active, throttled while it is locked */
export const activatable = (user: User, tokenId: string, nowMs: number): OathSource => {
  const source = tokenOf(user, tokenId);
  if (source.status === 'active') throw new Rejected('alreadyDecided', 'the token is active');
  if (triesUsed(source.refusedAtMs, nowMs) >= maxActivationTries)
    throw new Rejected('throttled', 'three wrong codes: the token is locked for 15 minutes');
  return source;
};

/** What a compared activation code says. A right one is spent. */
export const activation = (
  { tokenId, drift, lastStep }: OathSource,
  match: { readonly step: number; readonly serverStep: number } | undefined,
  nowMs: number,
): DomainEvent => {
  const decision = match
    ? decideOtp({ matched: match.step, serverStep: match.serverStep, drift, lastStep })
    : ({ kind: 'wrong' } as const);
  return decision.kind === 'accept'
    ? { type: 'TokenActivated', data: { tokenId, step: decision.step, drift: decision.drift } }
    : { type: 'TokenActivationRefused', data: { tokenId, at: toIso(nowMs) } };
};

/**
 * Two codes in a row set a token to its clock or counter; both are spent.
 * @param matched the step or counter of the second one
 * @throws {Rejected} invalid
 */
export const resync = (
  { tokenId, kind }: OathSource,
  matched: number | undefined,
  serverStep: number,
): DomainEvent => {
  if (matched === undefined)
    throw new Rejected(
      'invalid',
      `these are not two codes in a row within ${resyncSteps} steps of where the token should be`,
    );
  const drift = kind === 'hotp' ? 0 : matched - serverStep;
  return { type: 'TokenResynced', data: { tokenId, drift, step: matched } };
};
