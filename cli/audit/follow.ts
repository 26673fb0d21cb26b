import type { Query, Reply } from '../../client/index.ts';
import type { Run } from '../command.ts';
import { CommandFault } from '../fault.ts';
import { localTime } from '../output.ts';

const lineOf = (event: Reply<'followEvents'>): string =>
  [
    String(event.position),
    localTime(event.at),
    event.storedType,
    event.actor,
    event.subject,
    event.address,
    event.summary,
  ].join('  ');

/**
 * Prints events as they are recorded until it is ended, over restarts of the server: it goes on behind the last one that
 * it has printed. With `--count` it ends after so many.
 */
export const follow = async (run: Run, filter: Query<'followEvents'>): Promise<void> => {
  const given = run.text('after');
  const after = given === undefined ? undefined : Number(given);
  let left = Number(run.text('count') ?? Infinity);
  const isPosition = after === undefined || (Number.isSafeInteger(after) && after >= 0);
  if (!isPosition || !(left > 0)) throw new CommandFault('--after and --count take whole numbers');
  for await (const event of run.server().events({ query: { ...filter, after } })) {
    run.show(event, () => lineOf(event));
    left -= 1;
    if (left === 0) return;
  }
};
