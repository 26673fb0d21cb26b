import { Command, CommanderError } from 'commander';
import { CallRefused, Unreachable } from '../client/index.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { addCommands, type Parts } from './groups.ts';

/** The command `countersign` with all that it can do, or only with what `word`, the first of a command line, names. */
export const countersign = async (parts: Parts, word?: string): Promise<Command> => {
  const program = new Command('countersign')
    .description('multi-factor authentication: server, administration, and a phone in the terminal')
    .showHelpAfterError('(see --help)')
    // Options belong to the command that they stand behind.
    .enablePositionalOptions();
  await addCommands(program, parts, word);
  return program;
};

/** Commands made apart do not inherit this, and a parser that exits by itself would use exit code 1. */
const throwInstead = (command: Command): void => {
  command.exitOverride();
  for (const child of command.commands) throwInstead(child);
};

/** What a person is told: of a server that does not answer, what to do about it. */
const told = (error: unknown): unknown => {
  if (error instanceof CallRefused) return new CommandFault(error.message, error.problem.document);
  return error instanceof Unreachable && error.cause instanceof CommandFault ? error.cause : error;
};

const exitCodeOf = (thrown: unknown, json: boolean): number => {
  const error = told(thrown);
  // Commander has said it already; 0 is --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandFault) {
    process.stderr.write(
      json && error.problem !== undefined
        ? `${JSON.stringify(error.problem)}\n`
        : `${error.message}\n`,
    );
    return error instanceof UsageFault ? 2 : 1;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
};

/** Runs one command line (without node and script); sets the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export const main = async (program: Command, words: readonly string[]): Promise<void> => {
  throwInstead(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error, words.includes('--json'));
  }
};
