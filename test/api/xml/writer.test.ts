import { expect, test } from '@jest/globals';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { readXml, sdkLimits } from '../../../api/xml/reader.ts';
import { element, escapeAttribute, escapeText } from '../../../api/xml/writer.ts';
import { anyText } from '../../support/anyText.ts';
import { count, seed } from '../../support/profile.ts';

const runs = { numRuns: count(10_000), seed };
const awkwardText = oneof(
  anyText(),
  string({
    unit: constantFrom(
      '\r',
      '\n',
      '\t',
      '<',
      ']]>',
      '&',
      '"',
      '\u0000',
      '\uFFFE',
      '\uD800',
      'é',
      '😀',
    ),
  }),
);

/** What must come back: forbidden characters are gone, line ends are `\n` (XML 1.0 §2.2, §2.11). */
const survivor = (text: string): string =>
  Array.from(text)
    .filter((character) => {
      const code = character.codePointAt(0) ?? 0;
      const control = code < 0x20 && code !== 9 && code !== 10 && code !== 13;
      return !control && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
    })
    .join('')
    .replace(/\r\n?/g, '\n');

test('text that is written and read is unchanged, but for what XML cannot hold', () => {
  assert(
    property(awkwardText, (text) => {
      expect(readXml(element('a', {}, text).xml, sdkLimits).text).toBe(survivor(text));
    }),
    runs,
  );
});

test('attributes likewise; white space in them becomes blanks', () => {
  assert(
    property(awkwardText, (text) => {
      const read = readXml(element('a', { b: text }).xml, sdkLimits).attributes.get('b');
      expect(read).toBe(survivor(text).replace(/[\n\t]/g, ' '));
    }),
    runs,
  );
});

test('the canonical form: no white space, double quotes, empty elements short', () => {
  const written = element(
    'a',
    { b: '"<>&\'' },
    element('c'),
    element('d', {}, ''),
    'x"\'<>&',
    element('e', {}, 'f'),
  );
  expect(written.xml).toBe('<a b="&quot;&lt;&gt;&amp;\'"><c/><d/>x"\'&lt;&gt;&amp;<e>f</e></a>');
});

test('escaping helpers', () => {
  expect(escapeText('a\u0000b\u000Bc')).toBe('abc');
  expect(escapeAttribute('"')).toBe('&quot;');
});
