/** Stands in the filter of a target for the name that somebody typed. */
export const usernamePlace = '{username}';

const maxDepth = 10;
const maxParts = 50;

/** What would be syntax in a value (RFC 4515 §3). */
const syntax = /[*()\\\0]/g;

/** A value that stands for itself in a filter, whatever it is made of (SEC-29). */
export const escapeFilterValue = (value: string): string =>
  value.replaceAll(
    syntax,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/*
 * One comparison: an attribute by its name, perhaps a matching rule, and a value. Bytes beyond ASCII stand in a value as
 * the characters that they are, not escaped.
 */
const comparison =
  /^[A-Za-z][A-Za-z0-9-]*(?:(?:=|>=|<=|~=)|(?::dn)?(?::[A-Za-z0-9.-]+)?:=)(?:[^()\\\0]|\\[0-7][0-9A-Fa-f])*$/;

type Cursor = { at: number; parts: number };

const readFilter = (text: string, cursor: Cursor, depth: number): boolean => {
  cursor.parts += 1;
  if (text[cursor.at] !== '(' || depth > maxDepth || cursor.parts > maxParts) return false;
  cursor.at += 1;
  const operator = text[cursor.at];
  if (operator === '&' || operator === '|' || operator === '!') {
    cursor.at += 1;
    if (!readFilter(text, cursor, depth + 1)) return false;
    if (operator !== '!')
      while (text[cursor.at] === '(') if (!readFilter(text, cursor, depth + 1)) return false;
  } else {
    const end = text.indexOf(')', cursor.at);
    if (end < 0 || !comparison.test(text.slice(cursor.at, end))) return false;
    cursor.at = end;
  }
  if (text[cursor.at] !== ')') return false;
  cursor.at += 1;
  return true;
};

/** Whether a text is a whole filter (RFC 4515) that looks for the typed name, in values only. */
export const isFilterTemplate = (text: string): boolean => {
  const cursor = { at: 0, parts: 0 };
  return text.includes(usernamePlace) && readFilter(text, cursor, 1) && cursor.at === text.length;
};

export const fillFilter = (template: string, username: string): string =>
  template.replaceAll(usernamePlace, () => escapeFilterValue(username));
