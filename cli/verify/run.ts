import { existsSync, readFileSync, statSync } from 'node:fs';
import { UsageFault } from '../fault.ts';
import { progress } from '../progress.ts';
import { verifyProof } from './proof.ts';
import { notesIn, openSource } from './source.ts';
import { keyOf, NotVerifiable, verify, type RestorationFound, type Verified } from './verify.ts';

export type Order = {
  readonly path: string;
  /** Public keys, or files that hold one. */
  readonly keys: readonly string[];
  /** Files of anchored checkpoints. */
  readonly anchors: readonly string[];
  /** Ids of restorations that the reader has looked into: they change the exit code no more. */
  readonly restored?: readonly string[];
  readonly quiet: boolean;
};

/**
 * What to print, as JSON or as text; `code` is 0 where nothing is wrong, 1 where something is, and 3 where nothing is but
 * that the log was put back to an earlier end, by the word of its own key.
 */
export type Outcome = {
  readonly code: number;
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
};

/** No proof is as long; what is longer is events. */
const maxProofBytes = 1_048_576;
const proofStart = 'c2sp.org/tlog-proof@';

const proofAt = (path: string): string | undefined => {
  const { size } = statSync(path);
  if (size > maxProofBytes || statSync(path).isDirectory()) return undefined;
  const text = readFileSync(path, 'utf8');
  return text.startsWith(proofStart) ? text : undefined;
};

const restoredCode = 3;

const codeOf = ({ ok, restorations }: Verified, known: readonly string[]): number => {
  if (!ok) return 1;
  return restorations.every(({ id }) => known.includes(id)) ? 0 : restoredCode;
};

const restorationText = ({ id, at, kept, lost }: RestorationFound): string =>
  `RESTORED at ${at}: the log was put back to its first ${kept} events, ${
    lost === 0
      ? 'and no signed event is known to be lost'
      : `and ${lost} signed events from ${kept + 1} to ${kept + lost} are lost`
  } (restoration ${id})`;

const textOf = (found: Verified, perSecond: number): string => {
  const { events, checkpoints, signedSize, keys, keyFromSource, restorations, fault } = found;
  const own = keyFromSource
    ? ', taken from what it vouches for: compare its id, or give --key'
    : '';
  const at = fault?.until === undefined ? '' : ` to ${fault.until}`;
  return [
    fault
      ? `BROKEN: ${fault.kind} at position ${fault.position}${at}: ${fault.detail}`
      : `intact: ${events} events are as they were recorded`,
    ...restorations.map(restorationText),
    `${signedSize} of ${events} events are under ${checkpoints} signed checkpoints`,
    `key ${keys.join(', ')}${own}`,
    `${Math.round(perSecond)} events/s`,
  ].join('\n');
};

const runProof = (proof: string, keys: readonly string[]): Outcome => {
  if (keys.length === 0) throw new UsageFault('a proof needs the public key: give it by --key');
  const verifiers = keys.map((key) => keyOf(key, (path) => readFileSync(path, 'utf8')));
  const verdict = verifyProof(proof, verifiers);
  if (!verdict) throw new UsageFault('the proof is malformed');
  return verdict.ok
    ? {
        code: 0,
        result: verdict,
        text: `intact: position ${verdict.position} of ${verdict.size} signed events\n${verdict.line}`,
      }
    : { code: 1, result: verdict, text: `BROKEN: ${verdict.reason}` };
};

/**
 * Verifies a data folder, an evidence package, an event store's file or the proof of one event.
 * @throws {UsageFault} where nothing can be verified: exit code 2
 */
export const runVerify = ({ path, keys, anchors, restored = [], quiet }: Order): Outcome => {
  try {
    const proof = existsSync(path) ? proofAt(path) : undefined;
    if (proof !== undefined) return runProof(proof, keys);
    const source = openSource(path);
    if (!source) throw new UsageFault(`${path} is no data folder and no evidence package`);
    const absent = anchors.find((file) => !existsSync(file));
    if (absent !== undefined) throw new UsageFault(`there is no file of anchors ${absent}`);
    const bar = progress('events', quiet);
    try {
      const from = performance.now();
      const found = verify(
        source,
        {
          keys: keys.map((key) => keyOf(key, (file) => readFileSync(file, 'utf8'))),
          anchors: anchors.flatMap((file) => notesIn(file)),
        },
        (done, total) => bar.show(done, total),
      );
      const perSecond = (found.events * 1_000) / (performance.now() - from);
      bar.end();
      return { code: codeOf(found, restored), result: found, text: textOf(found, perSecond) };
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof NotVerifiable)
      throw Object.assign(new UsageFault(error.message), { cause: error });
    throw error;
  }
};
