import type { Command } from 'commander';
import { steps } from './folder/steps.ts';
import { runs, type Run } from './command.ts';
import type { Rotated } from './keys/rotate.ts';

const said = ({ generation, keys, durationMs, keyFile, oldKeyFile, isToBeGiven }: Rotated) =>
  [
    `${keys} keys are under master key number ${generation} now, in ${(durationMs / 1_000).toFixed(1)} s`,
    isToBeGiven
      ? `it is in ${keyFile}: give it to servers and commands by COUNTERSIGN_MASTER_KEY, then remove the file`
      : `it is in ${keyFile}; keep a copy of it in another place`,
    ...(oldKeyFile === undefined
      ? []
      : [
          `the one before is in ${oldKeyFile}: only backups that were made until now need it; remove it when they are gone`,
        ]),
  ].join('\n');

const rotate = async (run: Run): Promise<void> => {
  const { rotateKeys } = await import('./keys/rotate.ts');
  const { step, end } = steps(run.json);
  const rotated = await rotateKeys({ data: run.data, step }).finally(end);
  run.show(rotated, () => said(rotated));
};

/** `countersign keys`: works on the files themselves, with the rights of whoever calls it; no key passes through the server's doors. */
export const addKeys = (program: Command): void => {
  const keys = program.command('keys').description('the master key, which wraps all others');
  runs(
    keys
      .command('rotate')
      .description(
        'replace the master key while the server runs or not; goes on if it was cut off',
      ),
    rotate,
  );
};
