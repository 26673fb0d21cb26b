import { startPostgres } from '../../support/postgres.ts';
import { postgresPlace, viewsFile } from './views.ts';

/** Every engine that views can be in. */
export const engineNames = ['SQLite', 'PostgreSQL'] as const;

export type Engine = {
  /** Where views are that nobody has made yet, for `openAt`. */
  readonly place: () => string;
  readonly stop: () => Promise<void>;
};

/** One engine for a whole test file. */
export const startEngine = async (name: (typeof engineNames)[number]): Promise<Engine> => {
  if (name === 'SQLite') return { place: viewsFile, stop: async () => undefined };
  const server = await startPostgres();
  return { place: () => postgresPlace(server.url), stop: server.stop };
};
