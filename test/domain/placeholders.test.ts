import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fill, fillLines, oneLine } from '../../domain/placeholders.ts';
import { anyText } from '../support/anyText.ts';
import { count, seed } from '../support/profile.ts';

const runs = { seed, numRuns: count(20_000) };

describe('placeholders', () => {
  test.each([
    ['Hello <$name$>, hi', { name: 'Jo' }, 'Hello Jo, hi'],
    ['Hello <$name$>, hi', {}, 'Hello, hi'],
    ['Hello <$name$>, hi', { name: '' }, 'Hello, hi'],
    ['<$name$> hi', {}, 'hi'],
    ['a <$b$> c', {}, 'a c'],
    ['a <$b$> <$c$> d', { c: 'C' }, 'a C d'],
    ['a <$b$> <$c$> d', {}, 'a d'],
    ['<$a$><$b$>', { a: 'x', b: 'y' }, 'xy'],
    ['<$ name $> <name> <$a', { name: 'x', a: 'y' }, '<$ name $> <name> <$a'],
  ])('%s with %j', (template, values: Record<string, string>, filled) => {
    expect(fill(template, values)).toBe(filled);
  });

  test('a line that is left as nothing or as a title without its value goes', () => {
    expect(fillLines('a\nReason: <$reason$>\n<$b$>\n\nPhone: <$phone$>', { phone: '1' })).toBe(
      'a\n\nPhone: 1',
    );
  });

  test('SEC-84 what every object has is no value', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'length'])
      expect(fill(`[<$${name}$>]`, {})).toBe('[]');
    const inherited = Object.create({ name: 'inherited' }) as Record<string, string>;
    expect(fill('[<$name$>]', inherited)).toBe('[]');
  });

  test('SEC-84 members, calls and other template languages stay text', () => {
    const hostile = [
      '<$name.constructor$>',
      '<$name[0]$>',
      '<$name()$>',
      '${process.exit(1)}',
      '{{constructor.constructor("return 1")()}}',
      '<%= process.env %>',
      '#{7*7}',
      "$'$`$&$1",
    ];
    for (const text of hostile) expect(fill(text, { name: 'x', process: 'y' })).toBe(text);
  });

  test('SEC-84 text without a placeholder of ours comes out as it went in', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 200 }), (text) => {
        fc.pre(!/<\$[A-Za-z0-9_]{1,64}\$>/.test(text));
        expect(fill(text, { a: 'b' })).toBe(text);
      }),
      runs,
    );
  });

  test('SEC-84 a value is put in once, as it is: it is never looked through again', () => {
    const piece = fc.constantFrom('<$a$>', '<$b$>', '$&', '${1}', '<$', '$>', 'x', ' ', '{{a}}');
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (before, value) => {
        const plain = before.replaceAll(/<\$\w+\$>/g, '');
        fc.pre(!/<\$\w+\$>/.test(plain));
        const shown = oneLine(value);
        fc.pre(shown !== '');
        expect(fill(`${plain}[<$a$>]`, { a: value })).toBe(`${plain}[${shown}]`);
      }),
      runs,
    );
  });

  test('SEC-57 a value is one line without marks that turn what follows', () => {
    const unruly = 'a\r\nBcc: b\u2028c\u202Ed\u0000e';
    expect(fill('<$name$>', { name: unruly })).toBe('a Bcc: b c d e');
    fc.assert(
      fc.property(anyText({ maxLength: 100 }), (value) => {
        expect(fill('[<$a$>]', { a: value })).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      }),
      runs,
    );
  });
});
