import { localTime } from './output.ts';

export type Warning = {
  readonly setting: string;
  readonly value: string;
  readonly lets: string;
  readonly closedBy: string;
  readonly by: string;
  readonly at: string;
};

const red = (text: string): string => `\u001b[1;31m${text}\u001b[0m`;
/** Names of accounts are others' text: nothing of them may steer the terminal. */
const tame = (text: string): string => text.replaceAll(/\p{Cc}/gu, '�');

/**
 * What must not be overlooked, above a command's output: red in a terminal, plain elsewhere, nothing where there is
 * nothing (SEC-44).
 */
export const banner = (
  warnings: readonly Warning[],
  isTerminal: boolean = process.stdout.isTTY,
): string =>
  warnings
    .map(({ setting, value, lets, closedBy, by, at }) => {
      const line = tame(
        `WARNING: ${setting} = ${value}: ${lets}. Set by ${by} at ${localTime(at)}; ` +
          `"countersign settings set ${setting} ${closedBy}" ends it.`,
      );
      return `${isTerminal ? red(line) : line}\n`;
    })
    .join('');
