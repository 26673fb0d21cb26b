/** XML that is already written; a plain string is text and gets escaped. */
export type Xml = { readonly xml: string };
export type XmlContent = Xml | string;

/**
 * Writes one element in the canonical form of contracts/mobile-app.md section 3: no white space of its own,
 * double quotes, `<x/>` where there is no content. Names are the project's own and are not checked.
 * Line ends and tabs in attributes come back as blanks (XML 1.0 §3.3.3), `\r` in text as `\n` (§2.11).
 */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly XmlContent[]
): Xml => {
  const start = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeAttribute(value)}"`,
  );
  const inner = content.map((part) => (typeof part === 'string' ? escapeText(part) : part.xml));
  const open = `<${name}${start.join('')}`;
  const body = inner.join('');
  return { xml: body === '' ? `${open}/>` : `${open}>${body}</${name}>` };
};

/** Escapes for element content; characters that XML 1.0 forbids are dropped. */
export const escapeText = (text: string): string =>
  text.replace(forbidden, '').replace(/[&<>]/g, escaped);

/** Escapes for an attribute in double quotes; characters that XML 1.0 forbids are dropped. */
export const escapeAttribute = (text: string): string =>
  text.replace(forbidden, '').replace(/[&<>"]/g, escaped);

/** XML 1.0 §2.2 `Char`, negated; with the u flag this finds lone surrogates too. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const escaped = (character: string): string => {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return '&quot;';
  }
};
