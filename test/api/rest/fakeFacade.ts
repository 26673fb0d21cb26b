import { fakeAuditing } from './fakeAuditing.ts';
import { fakeCommands } from './fakeCommands.ts';
import { fakeLedger } from './fakeLedger.ts';
import { fakeQueries } from './fakeQueries.ts';
import { fakeWorld } from './fakeWorld.ts';

/** A facade in memory with the manners of the real one; `calls` lists the commands that reached it. */
export const fakeFacade = () => {
  const world = fakeWorld();
  const queries = fakeQueries(world);
  const facade = {
    commands: fakeCommands(world),
    queries,
    auditing: fakeAuditing(world, queries),
    ledger: fakeLedger(world),
  };
  return { ...world, facade, world };
};
export type FakeFacade = ReturnType<typeof fakeFacade>;
