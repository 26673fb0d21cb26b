import { serve, type ServeOptions, type ServerProcess } from './serverProcess.ts';

/** Two processes of one server: the second shares log, keys and workflow engine, and has views of its own. */
export type Nodes = {
  readonly first: ServerProcess;
  readonly second: ServerProcess;
  /** Ends both; the one that joined goes first, since it lives off the other's workflow engine. */
  end(signal: NodeJS.Signals): Promise<void>;
};

export const startNodes = async (data: string, env?: ServeOptions['env']): Promise<Nodes> => {
  const more = env === undefined ? {} : { env };
  const first = await serve({ data, ...more });
  const second = await serve({ data, args: ['--join', 'second'], ...more });
  return {
    first,
    second,
    async end(signal) {
      await second.kill(signal);
      await first.kill(signal);
    },
  };
};
