import { join } from 'node:path';
import type { Command } from 'commander';
import { ConfigError, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { ensureHardened } from '../runtime/hardening.ts';
import { installLastHandlers } from '../runtime/lastHandlers.ts';
import { createLogger } from '../runtime/logger.ts';
import type { Shutdown } from '../runtime/shutdown.ts';
import type { RunningServer, ServerOptions } from '../server.ts';
import { readState } from './authenticator/state.ts';
import { banner } from './banner.ts';
import { runs, type Run } from './command.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { details } from './output.ts';

export type StartServer = (options: ServerOptions) => Promise<RunningServer>;

/** Shown commands are typed by a person, so a word with a blank or a dollar sign is quoted. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
const commandLine = (...words: readonly string[]): string =>
  ['npx', 'countersign', ...words].map(quoted).join(' ');

const welcome = (server: RunningServer, { sdkPaths }: Config): string =>
  [
    'Countersign is running.',
    details({
      http: server.http,
      https: server.https,
      'Web Service SDK': `${server.https}${sdkPaths[0] ?? ''}/PfWsSdk.asmx`,
      'REST interface': `${server.http}/api/v1/docs`,
      'certificate to trust': server.ca,
      data: server.data,
      temporal: server.temporal,
      ...(server.radius === undefined ? {} : { RADIUS: server.radius }),
      ...(server.radsec === undefined ? {} : { 'RADIUS over TLS': server.radsec }),
    }),
  ].join('\n');

/** The whole loop with no phone: three commands for two other terminals. */
const tryIt = async (
  { username, activation, blocked }: NonNullable<RunningServer['demo']>,
  { data, ca }: { readonly data: string; readonly ca: string },
): Promise<string> => {
  const memory = join(data, 'demo-phone');
  const phone = ['--state', memory, '--ca', ca];
  const { url, code } = activation;
  // A user has one phone; a second activation would be refused.
  const isThere = await readState(memory).then(
    ({ accounts }) => accounts.length > 0,
    () => false,
  );
  const make = isThere
    ? [`Try it: the phone of ${username} is in ${memory}; in a second terminal, in this folder,`]
    : [
        `Try it: in a second terminal, in this folder, make a phone for ${username},`,
        `  ${commandLine('authenticator', 'activate', '--url', url, '--code', code, ...phone)}`,
        'then',
      ];
  const lift = ['unblock', username, '--reason', 'trying again', '--data', data] as const;
  return [
    '',
    ...(blocked
      ? [
          `${username} is blocked since fraud was reported; lift it with`,
          `  ${commandLine(...lift)}`,
        ]
      : []),
    ...make,
    'ask for an approval; it shows a number and waits,',
    `  ${commandLine('test', username, '--data', data)}`,
    'and in a third one, in this folder too, approve it with that number for NN (or deny or report-fraud, without a number):',
    `  ${commandLine('authenticator', 'approve', '--number', 'NN', ...phone)}`,
  ].join('\n');
};

const next = (data: string): string =>
  [
    '',
    'Next: in a second terminal, in this folder, add a user and activate their authenticator app',
    `  ${commandLine('users', 'add', 'ann@example.com', '--data', data)}`,
    `  ${commandLine('activation', 'create', 'ann@example.com', '--data', data)}`,
  ].join('\n');

const configOf = (run: Run): Config => {
  const names = ['host', 'http', 'https', 'radius', 'radsec', 'temporal', 'join'] as const;
  const given = names.flatMap((name) => {
    const value = run.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const data = run.text('data');
  const eventsUrl = run.text('events');
  const viewsUrl = run.text('views');
  try {
    return loadConfig({
      commandLine: {
        ...Object.fromEntries(given),
        ...(data === undefined ? {} : { data }),
        ...(eventsUrl === undefined ? {} : { eventsUrl }),
        ...(viewsUrl === undefined ? {} : { viewsUrl }),
        ...(run.flag('demo') ? { demo: true } : {}),
      },
      environment: process.env,
    });
  } catch (error) {
    if (error instanceof ConfigError)
      throw Object.assign(new UsageFault(error.message), { cause: error });
    throw error;
  }
};

/** The default ports are popular, so a newcomer may well meet this first. */
const sayWhichPort = (error: unknown): never => {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error)
    throw Object.assign(
      new CommandFault(
        `port ${String(error.port)} is in use by another program: choose one by --http or --https, or 0 for a free one`,
      ),
      { cause: error },
    );
  throw error;
};

const stop = (): void => void process.kill(process.pid, 'SIGTERM');
/** A closed terminal, or the end of the program that started this one, is an order to stop. */
const stopWithParent = (): void => {
  process.once('SIGHUP', stop);
  if (process.connected) process.once('disconnect', stop);
};

/** `countersign serve`; `load` brings the server in only when it is wanted, so that other commands start fast. */
export const addServe = (program: Command, load: () => Promise<StartServer>): void => {
  const serve = program
    .command('serve')
    .description('start the server')
    .option('--host <address>', 'address to bind to (127.0.0.1)')
    .option('--http <port>', 'plain HTTP; 0 picks a free port (8080)')
    .option('--https <port>', 'HTTPS; 0 picks a free port (8443)')
    .option('--radius <port>', 'RADIUS over UDP, accounting one above; 0 picks a free port (off)')
    .option('--radsec <port>', 'RADIUS over TLS; 0 picks a free port (off)')
    .option('--events <url>', 'kurrentdb://… that holds the log of all nodes (a file in --data)')
    .option('--views <url>', 'postgres://… that holds the views of all nodes (a file of each node)')
    .option('--temporal <path>', 'the Temporal binary, where it is not found by itself')
    .option('--join <name>', 'run beside the server that has the data folder, under this name')
    .option('--demo', 'add a user to try the program with, and say how');
  runs(serve, async (run) => {
    const config = configOf(run);
    ensureHardened();
    const startServer = await load();
    const log = createLogger({ level: config.logLevel });
    const starting = startServer({ ...config, log }).catch(sayWhichPort);
    // A signal that comes during the start is answered after it: half a server cannot stop in order. A start that
    // failed has stopped what there was, and this command ends with its reason.
    const shutdown: Shutdown = {
      add: () => undefined,
      run: async (reason) => {
        const server = await starting.catch(() => undefined);
        return server === undefined ? await new Promise(() => undefined) : server.stop(reason);
      },
    };
    installLastHandlers(log, shutdown);
    stopWithParent();
    const server = await starting;
    const more = server.demo
      ? await tryIt(server.demo, { data: config.data, ca: server.ca })
      : next(config.data);
    run.show({ ready: true, ...server, stop: undefined }, () =>
      [banner(server.warnings ?? []) + welcome(server, config), more].join('\n'),
    );
  });
};
