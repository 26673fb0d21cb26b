import { SaxesParser } from 'saxes';

const options = { xmlns: true, position: false } as const;

/**
 * The tokenizer looks a prefix up through every open element. At full depth and with full attribute lists that
 * costs more than reading does, so the bindings in force are kept here and found in one step (SEC-18).
 */
export class ScopedParser extends SaxesParser<typeof options> {
  readonly #bindings = new Map<string, string[]>([
    ['xml', ['http://www.w3.org/XML/1998/namespace']],
    ['xmlns', ['http://www.w3.org/2000/xmlns/']],
  ]);
  readonly #declared: string[][] = [];

  constructor() {
    super(options);
  }

  /** An element begins; its declarations follow. */
  enter(): void {
    this.#declared.push([]);
  }

  /** `prefix` is `''` for the default namespace. */
  declare(prefix: string, uri: string): void {
    const bound = this.#bindings.get(prefix);
    if (bound === undefined) this.#bindings.set(prefix, [uri.trim()]);
    else bound.push(uri.trim());
    this.#declared.at(-1)?.push(prefix);
  }

  /** The element has ended, and its declarations with it. */
  leave(): void {
    for (const prefix of this.#declared.pop() ?? []) this.#bindings.get(prefix)?.pop();
  }

  override resolve(prefix: string): string | undefined {
    return this.#bindings.get(prefix)?.at(-1);
  }
}
