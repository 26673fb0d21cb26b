import type { Command } from 'commander';
import { countersign } from '../../../cli/program.ts';
import type { Page } from './page.ts';

const never = () => Promise.reject(new Error('not here'));
const program = await countersign({ loadServer: never });

const optionsOf = (command: Command): readonly string[] => [
  '--help',
  ...command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long])),
];
const below = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((child) => below(child)),
];
const allOptions = new Set(below(program).flatMap((command) => optionsOf(command)));

/** The words after `countersign` up to what is the shell's. */
const called = /(?<![\w./-])countersign[ \t]+([^\n|;&<>()]+)/g;

/** What a command line names and the program does not have. */
const faultsOf = (line: string): readonly string[] => {
  let command = program;
  const faults: string[] = [];
  for (const word of line.trim().split(/\s+/)) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (child) command = child;
    else if (/^--\w/.test(word)) {
      const [option = ''] = word.split('=');
      if (!optionsOf(command).includes(option)) faults.push(`${option} of "${command.name()}"`);
    } else if (command.commands.length > 0 && command.registeredArguments.length === 0)
      faults.push(`"${word}" of "${command.name()}"`);
  }
  return faults;
};

/** Commands and options in the code of a page that `--help` does not know. */
export const unknownIn = ({ blocks, inline }: Page): readonly string[] => {
  const code = [...blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text), ...inline];
  const lines = code.flatMap((text) => [...text.matchAll(called)].map(([, words = '']) => words));
  const options = inline
    .map((text) => /^--[\w-]+/.exec(text)?.[0])
    .filter((option) => option !== undefined);
  return [
    ...lines.flatMap((line) => faultsOf(line)),
    ...options.filter((option) => !allOptions.has(option)),
  ];
};
