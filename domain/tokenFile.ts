import type { TokenEvents } from './events/tokens.ts';
import { canonicalSerial } from './token.ts';

/** Tokens that one file may bring. */
export const maxTokenRows = 50_000;
export const maxSerialLength = 64;

/** A token as a file has it; its secret is base32. */
export type TokenRecord = {
  readonly serial: string;
  readonly secret: string;
  readonly weak: boolean;
  readonly kind: NonNullable<TokenEvents['TokenAssigned']['kind']>;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly counter: number;
  readonly manufacturer?: string;
  readonly model?: string;
  /** Who gets it. */
  readonly username?: string;
};

/** One line of a file, or why it says nothing. Faults name a serial number, never a secret. */
export type TokenLine = { readonly line: number } & (
  | { readonly token: TokenRecord }
  | { readonly serial: string; readonly fault: string }
);

/** A line as it waits. The token's id is there from the beginning, so that a repeated step makes the same one. */
export type TokenRow = TokenLine & { readonly tokenId: string };

/** A serial number names one token: the first line that has it counts. */
export const withoutDoubles = (lines: readonly TokenLine[]): readonly TokenLine[] => {
  const first = new Map<string, number>();
  return lines.map((line) => {
    if (!('token' in line)) return line;
    const { serial } = line.token;
    const key = canonicalSerial(serial);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, line.line);
      return line;
    }
    const fault = `the serial number stands in line ${earlier} already`;
    return { line: line.line, serial, fault };
  });
};

/** Rows stand apart from the rest of an import: seeds are gone with its end, rows that failed stay readable. */
export const tokenRowsUpload = (importId: string): string => `${importId}-tokens`;
/** The only column of a token file that is ever shown again. */
export const tokenFaultColumns = ['Serial'] as const;
