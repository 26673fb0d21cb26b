const placeholder = /<\$([A-Za-z0-9_]{1,64})\$>/;
/** Control characters, line ends of every kind, and marks that turn the direction of what follows. */
const unruly = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text as one line that shows what it holds. */
export const oneLine = (text: string): string => text.replaceAll(unruly, ' ').trim();

/** The names that stand in a template, in order. */
export const placeholdersIn = (template: string): readonly string[] =>
  template.split(placeholder).filter((_, index) => index % 2 === 1);

/**
 * Puts values in the place of `<$name$>`. A placeholder that is unknown or empty goes, together with the space before it
 * or else after it. This is all that a template can do (SEC-84): a name is looked up and nothing is evaluated, a value
 * is one line of plain text and is not looked through for further placeholders.
 */
export const fill = (template: string, values: Readonly<Record<string, string>>): string => {
  const [first = '', ...rest] = template.split(placeholder);
  let filled = first;
  for (let index = 0; index < rest.length; index += 2) {
    const value = valueOf(values, rest[index]!);
    const next = rest[index + 1] ?? '';
    if (value !== '') filled += value + next;
    else if (filled.endsWith(' ')) filled = filled.slice(0, -1) + next;
    else filled += next.startsWith(' ') ? next.slice(1) : next;
  }
  return filled;
};

/** Only what was handed in counts, not what every object has. */
const valueOf = (values: Readonly<Record<string, string>>, name: string): string => {
  const value: unknown = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === 'string' ? oneLine(value) : '';
};

/**
 * `fill` for a text of several lines: a line that is left as nothing, or as a title without its value (`Reason:`), goes
 * as a whole.
 */
export const fillLines = (template: string, values: Readonly<Record<string, string>>): string =>
  template
    .split(/\r\n|\r|\n/)
    .flatMap((line) => {
      const names = placeholdersIn(line);
      const filled = fill(line, values);
      const empty = names.length > 0 && names.every((name) => valueOf(values, name) === '');
      return empty && /^\s*$|:\s*$/.test(filled) ? [] : [filled];
    })
    .join('\n');
