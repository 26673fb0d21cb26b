import type { XmlElement } from '../xml/reader.ts';
import type { XmlLimits } from '../xml/limits.ts';

/** A key takes some twenty elements; the size of a file is what counts first. */
export const pskcLimits: XmlLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 32,
  maxElements: 1_000_000,
  maxAttributes: 32,
  maxTextLength: 65_536,
};

/** The first element down a path of local names; vendors differ in prefixes and namespaces. */
export const childAt = (
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined => {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
};

/** The text down a path, without white space around it. */
export const textAt = (
  element: XmlElement | undefined,
  ...path: readonly string[]
): string | undefined => childAt(element, ...path)?.text.trim();

/** Base64 as XML has it: in lines, with blanks. */
export const base64Of = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'base64');
