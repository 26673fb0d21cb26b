import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SaxesAttributeNS, SaxesTagNS } from 'saxes';
import { refuse } from './limits.ts';
import type { XmlLimits } from './limits.ts';
import { ScopedParser } from './scopedParser.ts';

export { XmlRefused, mobileLimits, sdkLimits } from './limits.ts';
export type { XmlLimits, XmlRefusedReason } from './limits.ts';

/**
 * One element as it was written. Names of the input stand in values and in a `Map`, never as keys of an
 * ordinary object (SEC-19).
 */
export type XmlElement = {
  /** Local name, without prefix. */
  readonly name: string;
  /** Namespace URI, `''` where there is none. */
  readonly namespace: string;
  /** By local name, `{namespace}local` where the attribute has a namespace; declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text with CDATA, comments taken out, untrimmed; line ends are `\n` (XML 1.0 §2.11). */
  readonly text: string;
};

/**
 * Reads one XML 1.0 document in UTF-8. Nothing is ever resolved: document types, processing instructions and
 * entities beyond the five are refused, and so is whatever is not namespace-well-formed.
 * @throws {XmlRefused}
 */
export const readXml = (text: string | Buffer, limits: XmlLimits): XmlElement => {
  const reading = new Reading(limits);
  reading.write(decoded(text, limits));
  return reading.end();
};

/** UTF-16 units read in one go: two milliseconds of the worst kind, so that a busy machine has room too. */
const turnLength = 16_384;

/**
 * Reads like `readXml`, but lets other work run every 16 Ki characters, because one megabyte of the worst kind
 * would otherwise hold the event loop for longer than SEC-23 allows.
 * @throws {XmlRefused}
 */
export const readXmlInTurns = async (
  text: string | Buffer,
  limits: XmlLimits,
): Promise<XmlElement> => {
  const whole = decoded(text, limits);
  const reading = new Reading(limits);
  for (let start = 0; start < whole.length; start += turnLength) {
    if (start > 0) await nextTurn();
    reading.write(whole.slice(start, start + turnLength));
  }
  return reading.end();
};

type OpenElement = {
  name: string;
  namespace: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string[];
  textLength: number;
};

/** As the tokenizer tells it: before the element is complete, so without a namespace yet. */
type Attribute = Omit<SaxesAttributeNS, 'uri'>;

/** One document on its way in; refuses at the first character that breaks a rule or a limit. */
class Reading {
  readonly #parser = new ScopedParser();
  readonly #limits: XmlLimits;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #elements = 0;
  #declarations = 0;
  #attributes: Attribute[] = [];

  constructor(limits: XmlLimits) {
    this.#limits = limits;
    const parser = this.#parser;
    parser.on('error', () => refuse('notWellFormed'));
    parser.on('doctype', () => refuse('doctype'));
    parser.on('processinginstruction', () => refuse('processingInstruction'));
    parser.on('xmldecl', ({ version, encoding }) => {
      if (version !== '1.0') refuse('version');
      if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('encoding');
    });
    parser.on('opentagstart', () => this.#begin());
    parser.on('attribute', (attribute) => this.#attribute(attribute));
    parser.on('opentag', (tag) => this.#opened(tag));
    parser.on('text', (part) => this.#text(part));
    parser.on('cdata', (part) => this.#text(part));
    parser.on('closetag', () => this.#close());
  }

  write(chunk: string): void {
    this.#parser.write(chunk);
  }

  end(): XmlElement {
    this.#parser.close();
    return this.#root ?? refuse('notWellFormed');
  }

  #begin(): void {
    if (this.#open.length >= this.#limits.maxDepth) refuse('tooDeep');
    this.#elements += 1;
    if (this.#elements > this.#limits.maxElements) refuse('tooManyElements');
    this.#declarations = 0;
    this.#attributes = [];
    this.#parser.enter();
  }

  #attribute(attribute: Attribute): void {
    const { name, prefix, local, value } = attribute;
    if (value.length > this.#limits.maxTextLength) refuse('textTooLong');
    checkLocalName(prefix, local);
    if (prefix === 'xmlns' || name === 'xmlns') {
      this.#declarations += 1;
      this.#parser.declare(prefix === '' ? '' : local, value);
    } else {
      this.#attributes.push(attribute);
    }
    if (this.#declarations + this.#attributes.length > this.#limits.maxAttributes) {
      refuse('tooManyAttributes');
    }
  }

  #opened({ prefix, local, uri }: SaxesTagNS): void {
    checkLocalName(prefix, local);
    this.#open.push({
      name: local,
      namespace: uri,
      attributes: this.#namedAttributes(),
      children: [],
      text: [],
      textLength: 0,
    });
  }

  #namedAttributes(): ReadonlyMap<string, string> {
    if (this.#attributes.length === 0) return noAttributes;
    const byName = new Map<string, string>();
    for (const { prefix, local, value } of this.#attributes) {
      const key = prefix === '' ? local : `{${this.#parser.resolve(prefix) ?? ''}}${local}`;
      byName.set(key, value);
    }
    return byName;
  }

  #text(part: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return; // White space around the root; the tokenizer refuses the rest.
    element.textLength += part.length;
    if (element.textLength > this.#limits.maxTextLength) refuse('textTooLong');
    element.text.push(part);
  }

  #close(): void {
    this.#parser.leave();
    const closed = this.#open.pop();
    if (closed === undefined) return refuse('notWellFormed');
    const { name, namespace, attributes, children, text } = closed;
    const element: XmlElement = { name, namespace, attributes, children, text: text.join('') };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }
}

const noAttributes: ReadonlyMap<string, string> = new Map();

/** Namespaces in XML 1.0 §4: what follows the colon must begin as a name does; the tokenizer checks the prefix only. */
const checkLocalName = (prefix: string, local: string): void => {
  if (prefix !== '' && noNameStart.test(local)) refuse('notWellFormed');
};

const noNameStart = /^(?:[-.0-9\u{B7}\u{203F}\u{2040}]|[\u{300}-\u{36F}])/u;

// The byte order mark is kept so that the tokenizer skips one, not two.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoded = (text: string | Buffer, { maxBytes }: XmlLimits): string => {
  const sizeBytes = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
  if (sizeBytes > maxBytes) refuse('tooLarge');
  // A lone surrogate is no character, and the tokenizer would take the character behind it along.
  if (typeof text === 'string') return text.isWellFormed() ? text : refuse('encoding');
  try {
    return utf8.decode(text);
  } catch {
    return refuse('encoding');
  }
};
