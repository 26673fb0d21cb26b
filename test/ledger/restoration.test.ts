import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endorsementText, printVerifier, restorationIn } from '../../adapters/ledger/notes.ts';
import { checkpointText } from '../../domain/ledger/checkpoint.ts';
import {
  readRestoration,
  restorationText,
  type Restoration,
} from '../../domain/ledger/restoration.ts';
import { verify } from '../../cli/verify/verify.ts';
import { count, seed } from '../support/profile.ts';
import { hash, lineFor, rootOf, sourceOf, testKey, type Log, type TestKey } from './support.ts';

/* A log that was put back by the word of its key, and logs that somebody else would like to pass for one. */

const key = testKey();
const stranger = testKey();
const origin = key.verifier.name;
const genuine = Array.from({ length: 120 }, (_, index) => lineFor(index + 1));
const rootAt = (lines: readonly string[], size: number): string =>
  rootOf(lines.slice(0, size).map((line) => hash.leaf(line)));

const signed = (
  lines: readonly string[],
  sizes: readonly number[],
  restoration?: string,
  by: TestKey = key,
): readonly string[] =>
  sizes.map((size) =>
    by.note(
      checkpointText({
        origin,
        size,
        root: rootAt(lines, size),
        ...(restoration === undefined ? {} : { restoration }),
      }),
    ),
  );
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
const putBack = (
  lines: readonly string[],
  size: number,
  more: Partial<Restoration> = {},
  by: TestKey = key,
): string =>
  by.note(restorationText({ origin, size, root: rootAt(lines, size), at: at(0), ...more }));
const idOf = (note: string): string => restorationIn(note)!.id;
const goingOn = (lines: readonly string[], size: number, to: number, salt: string): string[] => [
  ...lines.slice(0, size),
  ...Array.from({ length: to - size }, (_, index) => lineFor(size + 1 + index, salt)),
];
const logOf = (lines: readonly string[], notes: readonly string[]): Log => ({
  lines,
  kept: lines.map((line) => hash.leaf(line)),
  notes,
});
const check = (log: Log, statements: readonly string[], anchors: readonly string[] = []) =>
  verify(sourceOf(log, [], statements), { keys: [key.verifier], anchors });

const anchors = signed(genuine, [7, 32, 64, 100, 115]);
const statement = putBack(genuine, 80);
const restored = goingOn(genuine, 80, 110, 'after');
const notes = [...anchors.slice(0, 3), ...signed(restored, [90, 105], idOf(statement))];

describe('a log that was put back by the word of its key', () => {
  test('H95-5 is as it was signed; the restore, its time and what it lost are named', () => {
    expect(check(logOf(restored, notes), [statement], anchors)).toMatchObject({
      ok: true,
      events: 110,
      signedSize: 105,
      restorations: [{ id: idOf(statement), at: at(0), kept: 80, lost: 35 }],
    });
    // The statement itself knows of a loss where no anchor is at hand.
    const told = putBack(genuine, 80, { lost: { size: 100, root: rootAt(genuine, 100) } });
    const own = [...anchors.slice(0, 3), ...signed(restored, [90], idOf(told))];
    expect(check(logOf(restored, own), [told])).toMatchObject({
      ok: true,
      restorations: [{ kept: 80, lost: 20 }],
    });
    // It lies among the anchors too, and is found there.
    expect(check(logOf(restored, notes), [], [...anchors, statement]).ok).toBe(true);
  });

  test('is broken without that word, with a stranger’s, with another one’s, or with a bent one', () => {
    const foreign = putBack(genuine, 80, {}, stranger);
    const elsewhere = putBack(genuine, 80, { origin: 'other.example' });
    const other = putBack(genuine, 70);
    const bent = statement.replace('\n80 ', '\n81 ');
    for (const word of [undefined, foreign, elsewhere, other, bent]) {
      const found = check(logOf(restored, notes), word === undefined ? [] : [word], anchors);
      expect([word, found.ok]).toEqual([word, false]);
      // Nothing signed after it stands against a genuine word for another restore.
      if (word === other) continue;
      const alone = check(logOf(restored, anchors.slice(0, 3)), word ? [word] : [], anchors);
      expect([word, alone.ok]).toEqual([word, false]);
    }
  });

  test('a cut is no restore: neither before nor after one', () => {
    const cut = restored.slice(0, 95);
    const found = check(logOf(cut, notes), [statement], anchors);
    expect(found.fault).toMatchObject({ kind: 'truncated', position: 96 });
    const more = check(logOf(genuine.slice(0, 75), anchors.slice(0, 3)), [statement], anchors);
    expect(more).toMatchObject({ ok: false });
    const before = goingOn(genuine, 80, 110, 'after').with(40, lineFor(41, 'other'));
    expect(check({ ...logOf(restored, notes), lines: before }, [statement]).fault).toMatchObject({
      kind: 'altered',
      position: 41,
    });
  });

  test('the log from before the restore is not the log any more, for whoever has heard of the restore', () => {
    expect(check(logOf(genuine, anchors), [], [statement]).restorations).toMatchObject([
      { kept: 80, lost: 35 },
    ]);
    const newer = signed(restored, [105], idOf(statement));
    const found = check(logOf(genuine, anchors), [], [statement, ...newer]);
    expect(found).toMatchObject({ ok: false });
    // Whoever has only the checkpoint is told that it speaks of something unknown.
    expect(check(logOf(genuine, anchors), [], newer).fault).toMatchObject({ kind: 'rewritten' });
  });

  test('SEC-80 one event of it altered, missing or put in is found as in any log', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 105 }),
        fc.constantFrom('altered' as const, 'missing' as const, 'inserted' as const),
        (position, kind) => {
          const foreign = lineFor(position, 'foreign');
          const lines = {
            altered: restored.with(position - 1, foreign),
            missing: restored.toSpliced(position - 1, 1),
            inserted: restored.toSpliced(position - 1, 0, foreign),
          }[kind];
          const found = check({ ...logOf(restored, notes), lines }, [statement], anchors);
          expect(found.fault).toMatchObject({ kind, position });
        },
      ),
      { seed, numRuns: count(500) },
    );
  });

  test('a new key, and one that is only known by what came after it', () => {
    const next = testKey(origin);
    const endorsement = key.note(endorsementText(printVerifier(next.verifier)));
    const named = [key, next].map(({ verifier }) => printVerifier(verifier));
    const later = signed(restored, [105, 110], idOf(statement), next);
    const source = sourceOf(logOf(restored, [...notes, ...later]), named, [endorsement, statement]);
    const one = verify(source, { keys: [key.verifier], anchors });
    expect(one).toMatchObject({ ok: true, restorations: [{ lost: 35 }] });
    // The old key is believed in nothing but what the new one has signed after it.
    const two = verify(source, { keys: [next.verifier], anchors: [] });
    expect(two).toMatchObject({ ok: true, restorations: [{ kept: 80 }] });
    const forged = putBack(genuine, 20, { at: at(5) });
    const laundered = sourceOf(logOf(genuine.slice(0, 20), later), named, [endorsement, forged]);
    expect(verify(laundered, { keys: [next.verifier], anchors: [] }).ok).toBe(false);
  });

  test('one whose key was lost needs both keys, as any lost key does', () => {
    const next = testKey(origin);
    const own = putBack(genuine, 80, {}, next);
    const later = signed(restored, [105], idOf(own), next);
    const source = sourceOf(logOf(restored, [...anchors.slice(0, 3), ...later]), [], [own]);
    expect(verify(source, { keys: [key.verifier], anchors }).ok).toBe(false);
    const both = { keys: [key.verifier, next.verifier], anchors };
    expect(verify(source, both)).toMatchObject({ ok: true, restorations: [{ lost: 35 }] });
  });
});

/** What was done to a log: events recorded, signed, copied away, put back from a copy. */
type Deed =
  | { readonly do: 'record'; readonly many: number }
  | { readonly do: 'sign' | 'copy' }
  | { readonly do: 'restore'; readonly which: number; readonly part: number };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('record' as const), many: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constantFrom('sign' as const, 'copy' as const) }),
  fc.record({
    do: fc.constant('restore' as const),
    which: fc.nat(9),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);
type State = { readonly lines: readonly string[]; readonly statements: readonly string[] };

const history = (deeds: readonly Deed[]) => {
  let now: State = { lines: [lineFor(1)], statements: [] };
  const copies: State[] = [now];
  const everSigned: string[] = [];
  const everSaid: string[] = [];
  const line = (): string | undefined => now.statements.map(idOf).at(-1);
  for (const [index, step] of deeds.entries()) {
    if (step.do === 'record')
      now = {
        ...now,
        lines: goingOn(now.lines, now.lines.length, now.lines.length + step.many, `${index}`),
      };
    if (step.do === 'sign') everSigned.push(...signed(now.lines, [now.lines.length], line()));
    if (step.do === 'copy') copies.push(now);
    if (step.do === 'restore') {
      const from = copies[step.which % copies.length]!;
      const size = Math.max(1, Math.round(step.part * from.lines.length));
      const base = from.statements.map(idOf).at(-1);
      const said = putBack(from.lines, size, {
        at: at(index),
        ...(base === undefined ? {} : { base }),
      });
      everSaid.push(said);
      now = { lines: from.lines.slice(0, size), statements: [...from.statements, said] };
    }
  }
  return { ...now, everSigned, everSaid };
};

test('H95-5 whatever was copied and put back, also from before another restore, verifies with all that was ever signed', () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 1, maxLength: 40 }), (deeds) => {
      const { lines, statements, everSigned, everSaid } = history(deeds);
      const later = goingOn(lines, lines.length, lines.length + 3, 'last');
      const all = [
        ...everSigned,
        ...everSaid,
        ...signed(later, [later.length], statements.map(idOf).at(-1)),
      ];
      const found = check(logOf(later, []), statements, all);
      expect(found).toMatchObject({ ok: true, signedSize: later.length });
      expect(found.restorations).toHaveLength(everSaid.length);
      // Whoever hides the last restore has all that is signed since against them.
      const last = everSaid.at(-1);
      if (last !== undefined)
        expect(
          check(
            logOf(later, []),
            [],
            all.filter((note) => note !== last),
          ).ok,
        ).toBe(false);
      // And one event less than was signed is a cut.
      expect(check(logOf(later.slice(0, -1), []), statements, all).ok).toBe(false);
    }),
    { seed, numRuns: count(1_000) },
  );
});

test('a statement is read as it was printed, and nothing else is one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 50 }),
      fc.option(fc.integer({ min: 1, max: 2 ** 50 }), { nil: undefined }),
      fc.boolean(),
      (size, lost, isAgain) => {
        const root = rootAt(genuine, 5);
        const restoration: Restoration = {
          origin,
          size,
          root,
          at: at(1),
          ...(lost === undefined ? {} : { lost: { size: lost, root } }),
          ...(isAgain ? { base: idOf(statement) } : {}),
        };
        expect(readRestoration(restorationText(restoration))).toEqual(restoration);
      },
    ),
    { seed, numRuns: count(500) },
  );
  const text = restorationText({ origin, size: 3, root: rootAt(genuine, 3), at: at(0) });
  for (const bent of [
    text.slice(1),
    `${text}x`,
    text.replace('\n3 ', '\n0 '),
    text.replace('Z\n', '\n'),
  ])
    expect(readRestoration(bent)).toBeUndefined();
});
