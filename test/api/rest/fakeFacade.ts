import { fakeCommands } from './fakeCommands.ts';
import { fakeQueries } from './fakeQueries.ts';
import { fakeWorld } from './fakeWorld.ts';

/** A facade in memory with the manners of the real one; `calls` lists the commands that reached it. */
export const fakeFacade = () => {
  const world = fakeWorld();
  const facade = { commands: fakeCommands(world), queries: fakeQueries(world) };
  return { ...world, facade, world };
};
export type FakeFacade = ReturnType<typeof fakeFacade>;
