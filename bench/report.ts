import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './measure.ts';

export type Report = {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly commit: string;
  readonly seed: number;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Which measures ran. */
  readonly measures: 'all' | readonly string[];
  readonly outcomes: readonly Outcome[];
};

/** Results are published: they would tell where and on whose machine they were made. */
export class NamesTheMachine extends Error {
  override readonly name = 'NamesTheMachine';
}

/** Starts of what looks like a path on Unix or Windows, at the start of a text or after a blank or quote. */
const path = /(?:^|[\s"'(=])(?:~?\/[\w.-]+|[A-Za-z]:\\|\\\\\w)/;

/** What no result may hold, from the machine that runs this. */
export const namesOfThisMachine = (): readonly string[] => [
  hostname(),
  homedir(),
  tmpdir(),
  process.cwd(),
];

const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
};

const holds = (text: string, name: string): boolean => {
  const escaped = name.toLowerCase().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`).test(text.toLowerCase());
};

/** @throws {NamesTheMachine} for a result that holds a path or one of the names */
export const assertAnonymous = (
  report: Report,
  names: readonly string[] = namesOfThisMachine(),
): void => {
  for (const text of textsOf(report)) {
    const name = names.find((candidate) => candidate.length > 1 && holds(text, candidate));
    if (name !== undefined || path.test(text))
      throw new NamesTheMachine('a result holds a path or the name of this machine');
  }
};

/** A run of some measures only has their names in its own, so that it never hides a whole run. */
export const fileNameOf = ({
  date,
  commit,
  measures,
}: Pick<Report, 'date' | 'commit' | 'measures'>): string =>
  `${[date.slice(0, 10), commit, ...(measures === 'all' ? [] : measures)].join('-')}.json`;

/** Writes a report into a folder, over an earlier one of the same day, commit and measures. @throws {NamesTheMachine} */
export const writeReport = (
  folder: string,
  report: Report,
  names: readonly string[] = namesOfThisMachine(),
): string => {
  assertAnonymous(report, names);
  mkdirSync(folder, { recursive: true });
  const file = fileNameOf(report);
  writeFileSync(join(folder, file), `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
};
