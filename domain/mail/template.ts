import type { MailTemplate } from '../items/mail.ts';
import type { Occasion } from '../notice.ts';
import { fill, fillLines, oneLine } from '../placeholders.ts';
import { english } from './english.ts';
import { german } from './german.ts';
import type { MailText, MailTexts } from './texts.ts';
import { namesOfFactors } from './words.ts';

const lastResort = 'en';
const builtIn: Readonly<Record<string, MailTexts>> = { en: english, de: german };
const maxSubjectLength = 200;
/** Sealed, a text of so many bytes still fits into an event. */
const maxTextBytes = 11_000;
const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/;

/** `de-AT` → `de-at`, `de`, `en`: what is tried, best first. */
const languagesTried = (language: string): readonly string[] => {
  const exact = language.toLowerCase();
  return [...new Set([exact, exact.split('-')[0]!, lastResort])];
};

type Wanted = {
  readonly occasion: Occasion;
  /** BCP 47 tag. */
  readonly language: string;
  readonly method: string | undefined;
};

/**
 * The template for a mail: of the occasion, method and language, then of the occasion and language, then the built-in one
 * in the language; else the same in English.
 */
export const templateFor = (
  { occasion, language, method }: Wanted,
  templates: readonly MailTemplate[],
): MailText & { readonly language: string } => {
  for (const tried of languagesTried(language)) {
    const fitting = templates.filter(
      (template) => template.occasion === occasion && template.language.toLowerCase() === tried,
    );
    const found =
      fitting.find((template) => method !== undefined && template.method === method) ??
      fitting.find((template) => template.method === undefined) ??
      (Object.hasOwn(builtIn, tried) ? builtIn[tried]![occasion] : undefined);
    if (found) return { subject: found.subject, text: found.text, language: tried };
  }
  return { ...english[occasion], language: lastResort };
};

/** Instants as people read them. */
const readable = (value: string): string => value.replace(instant, '$1 $2 UTC');

const clipped = (text: string, maxBytes: number): string => {
  let sizeBytes = 0;
  let kept = '';
  for (const character of text) {
    const point = character.codePointAt(0)!;
    sizeBytes += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4;
    if (sizeBytes > maxBytes) return kept;
    kept += character;
  }
  return kept;
};

/** Subject and text, ready to be sent: the subject is one line, both are bounded. */
export const writeMail = (
  wanted: Wanted,
  values: Readonly<Record<string, string>>,
  templates: readonly MailTemplate[],
): MailText => {
  const template = templateFor(wanted, templates);
  const shown: Record<string, string> = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, readable(value)]),
  );
  if (shown['factors']) shown['changed'] = namesOfFactors(shown['factors'], template.language);
  return {
    subject: clipped(oneLine(fill(template.subject, shown)), maxSubjectLength),
    text: clipped(fillLines(template.text, shown).trim(), maxTextBytes),
  };
};
