import { Command, CommanderError } from 'commander';
import { CallRefused, Unreachable } from '../client/index.ts';
import { addApprovals } from './approvals.ts';
import { addAudit } from './audit.ts';
import { addBackup } from './backup.ts';
import { addBlocks } from './blocks.ts';
import { addBypasses } from './bypasses.ts';
import { addCallers } from './callers.ts';
import { addConfig } from './config.ts';
import { addFactors } from './factors.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { addKeys } from './keys.ts';
import { addPhoneNetwork } from './phoneNetwork.ts';
import { addMails } from './mails.ts';
import { addOath } from './oath.ts';
import { addRadiusClients } from './radiusClients.ts';
import { addRebuild } from './rebuild.ts';
import { addRequests, addTest } from './requests.ts';
import { addRestore } from './restore.ts';
import { addSdk } from './sdk.ts';
import { addServe, type StartServer } from './serve.ts';
import { addSettings } from './settings.ts';
import { addSpareCodes } from './spareCodes.ts';
import { addWebhooks } from './webhooks.ts';
import { addUsers } from './users.ts';

/** The command `countersign` with all that it can do; `more` are commands that are made elsewhere. */
export const countersign = (parts: {
  readonly loadServer: () => Promise<StartServer>;
  readonly more: readonly Command[];
}): Command => {
  const program = new Command('countersign')
    .description('multi-factor authentication: server, administration, and a phone in the terminal')
    .showHelpAfterError('(see --help)')
    // Options belong to the command that they stand behind.
    .enablePositionalOptions();
  addServe(program, parts.loadServer);
  addUsers(program);
  addFactors(program);
  addOath(program);
  addSpareCodes(program);
  addCallers(program);
  addSdk(program);
  addBlocks(program);
  addBypasses(program);
  addRequests(program);
  addAudit(program);
  addSettings(program);
  addConfig(program);
  addApprovals(program);
  addWebhooks(program);
  addRadiusClients(program);
  addMails(program);
  addRebuild(program);
  addBackup(program);
  addRestore(program);
  addKeys(program);
  addPhoneNetwork(program);
  addTest(program);
  for (const command of parts.more) program.addCommand(command);
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
