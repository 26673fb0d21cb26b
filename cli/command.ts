import type { Command } from 'commander';
import type { Client, Input, ListName, Row } from '../client/index.ts';
import { connection } from './connection.ts';
import { say } from './output.ts';

/** What one run of a command gets. Options are read by name, so that a misspelt one is absent and not `any`. */
export type Run = {
  readonly args: readonly string[];
  readonly data: string;
  readonly json: boolean;
  text(option: string): string | undefined;
  /** An option without which the command does not run. */
  must(option: string): string;
  /** A word that the interface takes; whether it is one of them, the server says. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- where it goes to says which words they are
  word<Word extends string>(option: string): Word | undefined;
  flag(option: string): boolean;
  /** Values of an option that may come several times. */
  texts(option: string): readonly string[];
  /** The running server; found at the first use. */
  server(): Client;
  /** Prints a result: as JSON with `--json`, else as a person reads it. */
  show(result: unknown, human: () => string): void;
};

/** @returns the exit code where it is not 0 */
type Action = (run: Run) => Promise<number | void>;

export const defaultData = (): string => process.env['COUNTERSIGN_DATA'] ?? './data';

const asRun = (command: Command): Run => {
  const options = command.opts<Record<string, unknown>>();
  const text = (option: string): string | undefined => {
    const value = options[option];
    return typeof value === 'string' ? value : undefined;
  };
  const data = text('data') ?? defaultData();
  const json = options['json'] === true;
  let server: Client | undefined;
  return {
    args: command.args,
    data,
    json,
    text,
    must: (option) => text(option) ?? '',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- the server refuses what is no such word
    word: <Word extends string>(option: string) => text(option) as Word | undefined,
    flag: (option) => options[option] === true,
    texts: (option) => {
      const values = options[option];
      return Array.isArray(values) ? values.map(String) : [];
    },
    server: () => (server ??= connection(data)),
    show: (result, human) => {
      say(json ? JSON.stringify(result) : human());
    },
  };
};

/** Gives a command its common options and what it does. */
export const runs = (command: Command, action: Action): Command =>
  command
    .option('--json', 'print JSON')
    .option('--data <folder>', 'data folder of the server (default: COUNTERSIGN_DATA or ./data)')
    .action(async () => {
      const code = await action(asRun(command));
      if (typeof code === 'number') process.exitCode = code;
    });

/** Rows that a list prints at most, unless `--limit` says otherwise. */
const defaultRows = 1000;
const maxRows = 1_000_000;

/** All rows of a list up to `--limit`. */
export const rowsOf = async <Name extends ListName>(
  run: Run,
  name: Name,
  input: Input<Name>,
): Promise<readonly Row<Name>[]> => {
  const wanted = Number(run.text('limit') ?? defaultRows);
  const limit = Number.isInteger(wanted) ? Math.min(Math.max(1, wanted), maxRows) : defaultRows;
  const rows: Row<Name>[] = [];
  for await (const row of run.server().rows(name, input, limit)) rows.push(row);
  return rows;
};
