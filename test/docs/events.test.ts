import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../adapters/eventStore/catalogue.ts';
import { eventFields } from '../../adapters/eventStore/eventFields.ts';
import type { NewEvent } from '../../adapters/eventStore/port.ts';
import { catalogueFiles, eventCatalogue } from '../../docs/generate/eventCatalogue.ts';
import { commentsOf } from '../../docs/generate/comments.ts';

const entries = eventCatalogue();

test('the catalogue of events on record is what the code says: node docs/generate/events.ts', () => {
  for (const [name, text] of catalogueFiles(entries)) {
    const onRecord = readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');
    // A whole file as a difference would say less than the first line of it.
    const lines = text.split('\n');
    const differs = onRecord.split('\n').find((line, index) => line !== lines[index]);
    expect({ name, differs }).toEqual({ name, differs: undefined });
    expect(onRecord.length).toBe(text.length);
  }
});

test('every type is in it, with an example that passes its schema and a sentence', () => {
  expect(entries.map(({ type }) => type).toSorted()).toEqual(Object.keys(eventFields).toSorted());
  for (const { type, example, words } of entries) {
    const id = '0190a0b0-0000-7000-8000-000000000000';
    const meta = { at: '2026-01-01T00:00:00.000Z', actor: { kind: 'system', id: 'test' } };
    expect(() => catalogue.print({ id, type, data: example, meta } as NewEvent)).not.toThrow();
    expect({ type, words }).toEqual({ type, words: expect.stringMatching(/^[A-Za-z1].{5,}/) });
    expect(words).not.toMatch(/undefined|\[object/);
  }
});

test('comments are read where they stand', () => {
  const source = [
    '/** About the area. */',
    'export type SomeEvents = {',
    '  /**',
    '   * Two',
    '   * lines.',
    '   */',
    '  ThingDone: {',
    '    /** A field. */',
    '    what: string;',
    '    other?: number;',
    '  };',
    '  ThingEnded: NoData;',
    '};',
  ].join('\n');
  const found = commentsOf(source);
  expect(found.get('ThingDone')).toEqual({
    area: 'SomeEvents',
    about: 'About the area.',
    text: 'Two lines.',
    fields: new Map([['what', 'A field.']]),
  });
  expect(found.get('ThingEnded')).toMatchObject({ text: '', fields: new Map() });
});
