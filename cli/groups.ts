import type { Command } from 'commander';
import type { StartServer } from './serve.ts';

/** Adds commands to the program, or to a command of it. */
type Add = (program: Command) => void;

export type Parts = {
  /** Brings the server in, which no other command needs. */
  readonly loadServer: () => Promise<StartServer>;
};

/** The first words of command lines with what knows them, as `--help` lists them. */
const groups: readonly (readonly [words: string, load: (parts: Parts) => Promise<Add>])[] = [
  [
    'serve',
    async ({ loadServer }) => {
      const { addServe } = await import('./serve.ts');
      return (program) => addServe(program, loadServer);
    },
  ],
  ['users', async () => (await import('./users.ts')).addUsers],
  ['activation', async () => (await import('./factors.ts')).addFactors],
  ['oath', async () => (await import('./oath.ts')).addOath],
  [
    'recovery-codes access-pass questions spare-codes',
    async () => (await import('./spareCodes.ts')).addSpareCodes,
  ],
  ['sdk-clients api-clients', async () => (await import('./callers.ts')).addCallers],
  ['sdk', async () => (await import('./sdk.ts')).addSdk],
  ['block unblock blocks fraud', async () => (await import('./blocks.ts')).addBlocks],
  ['bypass', async () => (await import('./bypasses.ts')).addBypasses],
  ['requests', async () => (await import('./requests.ts')).addRequests],
  ['audit', async () => (await import('./audit.ts')).addAudit],
  ['settings', async () => (await import('./settings.ts')).addSettings],
  ['config', async () => (await import('./config.ts')).addConfig],
  ['approvals', async () => (await import('./approvals.ts')).addApprovals],
  ['webhooks', async () => (await import('./webhooks.ts')).addWebhooks],
  ['radius-clients', async () => (await import('./radiusClients.ts')).addRadiusClients],
  ['mails', async () => (await import('./mails.ts')).addMails],
  ['rebuild-views', async () => (await import('./rebuild.ts')).addRebuild],
  ['backup', async () => (await import('./backup.ts')).addBackup],
  ['restore', async () => (await import('./restore.ts')).addRestore],
  ['keys', async () => (await import('./keys.ts')).addKeys],
  ['phone-network', async () => (await import('./phoneNetwork.ts')).addPhoneNetwork],
  ['test', async () => (await import('./requests.ts')).addTest],
  ['authenticator', async () => (await import('./authenticator/index.ts')).addAuthenticator],
];

/**
 * Adds the commands that a first word names, and all where it names none (`--help`, a misspelling): a command line does
 * not wait for the code of all others.
 */
export const addCommands = async (program: Command, parts: Parts, word?: string): Promise<void> => {
  const named = groups.filter(([words]) => word !== undefined && words.split(' ').includes(word));
  const wanted = named.length > 0 ? named : groups;
  const adds = await Promise.all(wanted.map(async ([, load]) => await load(parts)));
  for (const add of adds) add(program);
};
