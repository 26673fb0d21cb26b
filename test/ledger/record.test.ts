import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { printNote, printNotes, readNote, splitNotes } from '../../domain/ledger/checkpoint.ts';
import { printProof, readProof } from '../../domain/ledger/proofFile.ts';
import { headOf, lineAt, lineOf, type LedgerRecord } from '../../domain/ledger/record.ts';
import { seed } from '../support/profile.ts';

const word = fc.stringMatching(/^[A-Za-z0-9-]{1,40}$/);
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const json = fc.dictionary(anyText, fc.jsonValue()).map((value) => JSON.stringify(value));
const record: fc.Arbitrary<LedgerRecord> = fc.record({
  position: fc.integer({ min: 1, max: 10 ** 9 }),
  id: fc.uuid(),
  stream: anyText,
  revision: fc.nat(10 ** 6),
  type: word,
  version: fc.integer({ min: 1, max: 99 }),
  recordedAt: fc.constant('2026-11-22T10:00:00.000Z'),
  meta: json,
  data: json,
});
const base64 = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => Buffer.from(value).toString('base64'));

describe('the canonical line of an event', () => {
  test('it is one line of JSON that holds every field as it was', () => {
    fc.assert(
      fc.property(record, (event) => {
        const line = lineOf(event);
        expect(line).not.toContain('\n');
        const { meta, data, ...rest } = event;
        expect(JSON.parse(line)).toEqual({
          ...rest,
          meta: JSON.parse(meta),
          data: JSON.parse(data),
        });
        const { position, id, stream, revision, type } = event;
        expect(headOf(line)).toEqual({ position, id, stream, revision, type });
        expect(lineAt(line, 77)).toBe(lineOf({ ...event, position: 77 }));
      }),
      { seed },
    );
  });

  test('two events that differ in any field have different lines', () => {
    fc.assert(
      fc.property(record, record, (one, other) => {
        for (const name of Object.keys(one) as (keyof LedgerRecord)[]) {
          const mixed = { ...one, [name]: other[name] };
          expect(lineOf(mixed) === lineOf(one)).toBe(one[name] === other[name]);
        }
      }),
      { seed },
    );
  });

  test('text cannot be shifted between meta and data', () => {
    const event = { meta: '{"a":1}', data: '{"b":2,"data":{}}' };
    const whole = { position: 1, id: 'i', stream: 's', revision: 0, type: 'T', version: 1 };
    const genuine = { ...whole, recordedAt: '', ...event };
    const shifted = { ...genuine, meta: '{"a":1},"data":{"b":2', data: '{}}' };
    expect(lineOf(shifted)).not.toBe(lineOf(genuine));
  });
});

describe('notes and proofs', () => {
  const note = fc
    .record({
      lines: fc.array(word, { minLength: 1, maxLength: 4 }),
      name: word,
      value: base64(68),
    })
    .map(({ lines, name, value }) =>
      printNote({ text: `${lines.join('\n')}\n`, signatures: [{ name, value }] }),
    );

  test('notes survive a file of them, and one that was cut off is none', () => {
    fc.assert(
      fc.property(fc.array(note, { maxLength: 5 }), fc.nat(200), (notes, cut) => {
        const file = printNotes(notes);
        expect(splitNotes(file)).toEqual(notes);
        const part = splitNotes(file.slice(0, Math.max(0, file.length - cut)));
        expect(notes.slice(0, part.length)).toEqual(part);
        for (const printed of notes) expect(printNote(readNote(printed)!)).toBe(printed);
      }),
      { seed },
    );
  });

  test('a proof survives its file, and nothing else is one', () => {
    fc.assert(
      fc.property(
        fc.record({
          extra: base64(30),
          index: fc.nat(),
          hashes: fc.array(base64(32)),
          checkpoint: note,
        }),
        fc.string(),
        (proof, other) => {
          expect(readProof(printProof(proof))).toEqual(
            proof.hashes.length > 64 ? undefined : proof,
          );
          expect(readProof(other)).toBeUndefined();
        },
      ),
      { seed },
    );
  });
});
