import { compileCache } from '../../support/compileCache.ts';
import { freePort } from '../../support/freePort.ts';
import { serve, type ServeOptions, type ServerProcess } from './serverProcess.ts';
import { until } from './until.ts';

export type Ports = { readonly http: number; readonly https: number };

export const freePorts = async (): Promise<Ports> => ({
  http: await freePort(),
  https: await freePort(),
});

export const victims = ['server', 'Temporal', 'both'] as const;
export type Victim = (typeof victims)[number];

/** A server at fixed ports that is killed and started again; it remembers what each of its lives said. */
export type Supervised = {
  now(): ServerProcess;
  start(): Promise<ServerProcess>;
  /** kill -9 of a part. Resolves once calls are served again. */
  kill(victim: Victim): Promise<void>;
  /** The longest time in ms without a kill that it served between two instants (Unix ms). */
  servedMs(fromMs: number, untilMs: number): number;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>;
  /** Lines of all lives that tell of a fault that nobody caught (REL-20), or that ended a part for good. */
  faults(): readonly string[];
};

const neverSaid = /uncaught exception|unhandled rejection|serves nothing that depends on it/;

export const supervised = (options: ServeOptions & Ports): Supervised => {
  const lives: ServerProcess[] = [];
  /** When it began to serve, and when that ended; the last of them goes on. */
  const served: { readonly fromMs: number; untilMs: number }[] = [];
  const up = (): void =>
    void served.push({ fromMs: Date.now(), untilMs: Number.POSITIVE_INFINITY });
  const down = (): void => {
    const last = served.at(-1);
    if (last) last.untilMs = Math.min(last.untilMs, Date.now());
  };
  const now = (): ServerProcess => lives.at(-1)!;
  const start = async (): Promise<ServerProcess> => {
    const env = { NODE_COMPILE_CACHE: compileCache, ...options.env };
    lives.push(await serve({ ...options, env }));
    up();
    return now();
  };
  const killTemporal = (): void => {
    try {
      process.kill(now().temporalPid(), 'SIGKILL');
    } catch {
      // It died with a kill before and is being started again.
    }
  };
  const ready = () =>
    until('the server to be ready', async () => {
      try {
        return (await now().rest.call('GET', '/health/ready')).status === 200;
      } catch {
        return false; // Its connection was cut.
      }
    });
  return {
    now,
    start,
    async kill(victim) {
      down();
      if (victim !== 'server') killTemporal();
      if (victim === 'Temporal') {
        await ready();
        up();
        return;
      }
      await now().kill('SIGKILL');
      await start();
    },
    servedMs: (fromMs, untilMs) =>
      Math.max(
        0,
        ...served.map((life) => Math.min(life.untilMs, untilMs) - Math.max(life.fromMs, fromMs)),
      ),
    stop: () => {
      down();
      return now().kill('SIGTERM');
    },
    faults: () =>
      lives.flatMap((life) =>
        life
          .log()
          .split('\n')
          .filter((line) => neverSaid.test(line)),
      ),
  };
};
