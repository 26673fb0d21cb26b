import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { addressesIn, maskMailAddress, parseMailAddress } from '../../domain/mail.ts';
import { english } from '../../domain/mail/english.ts';
import { german } from '../../domain/mail/german.ts';
import { templateFor, writeMail } from '../../domain/mail/template.ts';
import type { MailTemplate } from '../../domain/items/mail.ts';
import { occasions } from '../../domain/notice.ts';
import { placeholdersIn } from '../../domain/placeholders.ts';
import { anyText } from '../support/anyText.ts';
import { count, seed } from '../support/profile.ts';

const runs = { seed, numRuns: count(20_000) };
const wanted = { occasion: 'userAdded', language: 'de-AT', method: 'sms' } as const;
const template = (part: Partial<MailTemplate>): MailTemplate => ({
  occasion: 'userAdded',
  language: 'de',
  subject: JSON.stringify(part),
  text: 't',
  ...part,
});

describe('the choice of a template', () => {
  const all = [
    template({ language: 'en' }),
    template({ language: 'de' }),
    template({ language: 'de', method: 'call' }),
    template({ language: 'de', method: 'sms' }),
    template({ language: 'DE-at' }),
    template({ language: 'de-AT', method: 'sms' }),
    template({ occasion: 'enrolment', language: 'de-AT', method: 'sms' }),
  ];
  test.each([
    [[5, 4, 3, 2, 1, 0, 6], 5],
    [[4, 3, 2, 1, 0, 6], 4],
    [[3, 2, 1, 0, 6], 3],
    [[2, 1, 0, 6], 1],
  ])('of %j it is %d', (there, chosen) => {
    const found = templateFor(
      wanted,
      there.map((index) => all[index]!),
    );
    expect(found.subject).toBe(all[chosen]!.subject);
  });

  test('the built-in one of the language comes before a template in English', () => {
    expect(templateFor(wanted, [all[0]!]).subject).toBe(german.userAdded.subject);
    expect(templateFor({ ...wanted, language: 'fr' }, [all[0]!]).subject).toBe(all[0]!.subject);
    expect(templateFor({ ...wanted, language: 'fr' }, []).subject).toBe(english.userAdded.subject);
    expect(templateFor({ ...wanted, language: '__proto__' }, []).language).toBe('en');
  });
});

describe('texts', () => {
  test.each([...occasions])('%s: both languages show the same placeholders', (occasion) => {
    const names = ({ subject, text }: { subject: string; text: string }) =>
      [...placeholdersIn(subject), ...placeholdersIn(text)].toSorted();
    expect(names(german[occasion])).toEqual(names(english[occasion]));
  });

  test.each([...occasions])('%s never shows a raw placeholder', (occasion) => {
    for (const language of ['en', 'de']) {
      const { subject, text } = writeMail({ occasion, language, method: undefined }, {}, []);
      expect(subject + text).not.toMatch(/<\$|\$>/);
      expect(subject).not.toBe('');
      expect(text).not.toMatch(/^[^\n]*: *$/m);
    }
  });

  test('instants and names of factors are shown as people read them', () => {
    const values = { factors: 'phone,pin,nonsense', name: 'Jo', at: '2026-01-02T03:04:05.678Z' };
    const changed = { occasion: 'factorChanged', language: 'de', method: undefined } as const;
    expect(writeMail(changed, values, []).text).toContain('Geändert: Telefonnummer, PIN\n');
    const fraud = { ...changed, occasion: 'fraudReported' } as const;
    expect(writeMail(fraud, values, []).text).toContain('Zeit: 2026-01-02 03:04 UTC\n');
  });

  test('SEC-57 a subject is one bounded line, a text is bounded, whatever the values are', () => {
    const text = anyText({ maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (subject, body, name) => {
        const item = template({ language: 'en', subject, text: `${body}<$name$>`.repeat(30) });
        const written = writeMail({ ...wanted, language: 'en' }, { name }, [item]);
        expect(written.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(Buffer.byteLength(written.subject)).toBeLessThanOrEqual(200);
        expect(Buffer.byteLength(written.text)).toBeLessThanOrEqual(11_000);
      }),
      { ...runs, numRuns: count(2_000) },
    );
  });
});

describe('addresses', () => {
  test.each(['jo@example.org', ' a.b+c@x ', "o'neil@müller.example"])('%s is one', (text) => {
    expect(parseMailAddress(text)).toBe(text.trim());
  });
  test.each([
    '',
    'jo',
    'jo@',
    '@x',
    'a@b@c',
    'Jo <jo@x>',
    'a@x,b@x',
    'a;b@x',
    '"a"@x',
    'a b@x',
    'a@x.',
    'a@x\r\nBcc: b@x',
    'a\u0000@x',
    `${'a'.repeat(65)}@x`,
    `a@${'x'.repeat(260)}`,
  ])('SEC-57 %j is none', (text) => {
    expect(parseMailAddress(text)).toBeUndefined();
  });
  test('SEC-57 what passes holds nothing that a header or a list is made of', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 80 }), (text) => {
        const parsed = parseMailAddress(`${text}@example.org`);
        if (parsed !== undefined) expect(parsed).toMatch(/^[^\s<>,;:"()\p{C}]+@example\.org$/u);
      }),
      runs,
    );
  });
  test('a list is read entry by entry, and shown masked', () => {
    expect(addressesIn('a@x, ,b,  c@y ')).toEqual(['a@x', undefined, 'c@y']);
    expect(addressesIn('a@x,'.repeat(80))).toHaveLength(50);
    expect(maskMailAddress('jo@example.org')).toBe('j…@example.org');
    expect(maskMailAddress('nonsense')).toBe('…');
  });
});
