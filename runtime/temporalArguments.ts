/** What one embedded server is started with. */
export type TemporalArguments = {
  readonly port: number;
  readonly database: string;
  readonly namespace: string;
};

const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/**
 * Runs that the server keeps in memory, tens of kB each; all others wait in its database, where a decision finds them in
 * a few milliseconds. The server's own default, 128,000, is for machines that do nothing else.
 */
const cachedRuns = 5_000;

/**
 * Between two notes of which inner tasks are done. What is done and not noted is done again by the next start, above all the
 * lists of runs: with the server's own 30 s, 2,000 logins before a `kill -9` cost every start after it three times the
 * processor, for as long as it was killed again within that time.
 */
const noteEvery = '"2s"';
const queues = ['transfer', 'timer', 'visibility'];

const dynamicConfig = [
  `history.hostLevelCacheMaxSize=${cachedRuns}`,
  ...queues.map((queue) => `history.${queue}ProcessorUpdateAckInterval=${noteEvery}`),
  'system.enableEagerWorkflowStart=true',
  // SEC-75: no workflow reaches into another namespace, and no callbacks leave the server.
  'system.enableCrossNamespaceCommands=false',
  'system.enableNexus=false',
];

/**
 * Arguments of `temporal`. `--ip` governs every listener of the dev server: gRPC, HTTP, metrics and the inner
 * services; `--headless` leaves the UI out (SEC-75).
 */
export const temporalArguments = (options: TemporalArguments): readonly string[] => [
  'server',
  'start-dev',
  '--headless',
  '--ip=127.0.0.1',
  `--port=${options.port}`,
  `--db-filename=${options.database}`,
  `--namespace=${options.namespace}`,
  ...pragmas.map((pragma) => `--sqlite-pragma=${pragma}`),
  ...dynamicConfig.map((setting) => `--dynamic-config-value=${setting}`),
  '--log-level=error',
  '--log-format=json',
];
