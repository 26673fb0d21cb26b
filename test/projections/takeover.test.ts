import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openMemoryEventStore } from '../../adapters/eventStore/memory.ts';
import { until } from '../e2e/support/until.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { count, seed } from '../support/profile.ts';
import { engineNames, startEngine, type Engine } from './support/engines.ts';
import { createAppender, storeOf } from './support/log.ts';
import { createRandom } from './support/random.ts';
import { randomLog } from './support/randomLog.ts';
import { dump, dumpOfFresh, follow, postgresPlace } from './support/views.ts';

const child = fileURLToPath(new URL('./support/rebuildChild.ts', import.meta.url));
const steps = 120;
const longestLifeMs = 1_200;

const startChild = (place: string) => {
  const args = ['--disable-warning=ExperimentalWarning', child, `${seed}`, `${steps}`, place];
  const projector = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(projector, 'exit');
  return {
    begun: once(projector.stdout, 'data'),
    kill: async () => {
      projector.kill('SIGKILL');
      await ended;
    },
  };
};

describe.each(engineNames)('projectors on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(name);
  });
  afterAll(() => engine.stop());

  test('REL-07 killed in a rebuild or while it takes over, one after the other, the views are those of a fresh rebuild', async () => {
    const random = createRandom(seed);
    const store = await storeOf(randomLog(seed, steps).lines);
    const whole = await dumpOfFresh(store);
    let place = engine.place();
    for (let round = 0; round < count(50); round += 1) {
      // Half of the rounds begin on views that others have left behind, half on none.
      if (round % 2 === 0) place = engine.place();
      // Files belong to one process at a time.
      const together = name === 'PostgreSQL';
      const first = startChild(place);
      const second = together ? startChild(place) : undefined;
      await Promise.all([first.begun, second?.begun]);
      await delay(random.below(longestLifeMs));
      await first.kill();
      if (second) {
        await delay(random.below(longestLifeMs / 2));
        await second.kill();
      }
      const last = await follow(store, { path: place, batchSize: 1 + random.below(200) });
      // The server may not have noticed yet that the one before was killed.
      await until('the last one to write', () => last.runner.status().writes === true);
      expect(last.runner.status()).toMatchObject({ position: await store.head() });
      expect(await dump(last.views)).toEqual(whole);
      await last.close();
    }
  }, 600_000);
});

describe('two processes on one PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** Two runners on the same views over one log, the first of them writing. */
  const pair = async () => {
    const store = openMemoryEventStore();
    const append = createAppender(store);
    // Rows that expire would look like rows that nobody has written.
    const lines = randomLog(seed, steps).lines.filter(
      ({ event }) => event.type !== 'AuditRetentionApplied',
    );
    const path = postgresPlace(server.url);
    const writer = await follow(store, { path });
    const follower = await follow(store, { path });
    expect([writer, follower].map(({ runner }) => runner.status().writes)).toEqual([true, false]);
    return { store, append, lines, writer, follower };
  };

  test('what one writes the other shows, tells its listeners of, and says that it has caught up with', async () => {
    const { store, append, lines, writer, follower } = await pair();
    const told: number[] = [];
    follower.runner.onApplied((events) => told.push(...events.map(({ position }) => position)));
    for (let from = 0; from < lines.length; from += 40)
      await follower.runner.caughtUp(await append(lines.slice(from, from + 40)));
    const head = await store.head();
    expect(told).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    expect(await dump(follower.views)).toEqual(await dumpOfFresh(store));
    expect(await follower.runner.lag()).toBe(0);
    await follower.close();
    await writer.close();
  });

  test('the other goes on reading while one makes the views anew, and cannot do so itself', async () => {
    const { store, append, lines, writer, follower } = await pair();
    const half = Math.floor(lines.length / 2);
    await follower.runner.caughtUp(await append(lines.slice(0, half)));
    await expect(follower.runner.rebuild(() => undefined)).rejects.toMatchObject({
      kind: 'conflict',
    });
    const counts = new Set<number>();
    const end = new AbortController();
    const reading = (async () => {
      while (!end.signal.aborted) {
        const rows = await follower.views.reader.selectFrom('audit').select('position').execute();
        counts.add(rows.length);
      }
    })();
    const rebuilding = writer.runner.rebuild(() => undefined);
    const last = await append(lines.slice(half));
    // However it ends, nobody goes on reading.
    const report = await rebuilding.finally(() => end.abort());
    await reading;
    expect(report.tables.filter(({ equal }) => !equal)).toEqual([]);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(half);
    await follower.runner.caughtUp(last);
    expect(await dump(follower.views)).toEqual(await dumpOfFresh(store));
    await follower.close();
    await writer.close();
  });

  test('the other takes over when one stops, and both come back when PostgreSQL ends their sessions', async () => {
    const { store, append, lines, writer, follower } = await pair();
    const third = Math.floor(lines.length / 3);
    await follower.runner.caughtUp(await append(lines.slice(0, third)));
    await writer.close();
    await until('the other to write', () => follower.runner.status().writes === true);
    await follower.runner.caughtUp(await append(lines.slice(third, 2 * third)));
    await server.endSessions();
    await follower.runner.caughtUp(await append(lines.slice(2 * third)));
    await until('it to be live again', () => follower.runner.status().state === 'live');
    expect(await dump(follower.views)).toEqual(await dumpOfFresh(store));
    await follower.close();
  });
});
