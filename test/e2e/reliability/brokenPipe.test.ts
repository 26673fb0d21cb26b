import { afterAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { bestOf } from '../../support/speed.ts';
import { pause } from '../support/chance.ts';
import { serve, temporaryData } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Whoever read the log is gone; the front door stays open. */

const idleTicks = 100;
const data = temporaryData();
afterAll(() => data.remove());

/** CPU time of a process so far, in clock ticks (proc(5): utime and stime). */
const ticksOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

test('REL-20 a log that nobody reads any more neither stops nor occupies the server', async () => {
  const server = await serve({ data: data.path });
  server.stopListening();
  // Something to say: the engine dies and comes back.
  process.kill(server.temporalPid(), 'SIGKILL');
  await until('the engine to be back', async () => {
    const { status } = await server.rest.call('GET', '/health/ready');
    return status === 200;
  });
  await server.rest.ok('POST', '/users', { username: 'ann@example.org' });
  // What follows the engine's return takes its share once; a busy loop takes all of 200 ticks each time.
  const ticks = await bestOf(idleTicks, async () => {
    const before = ticksOf(server.pid);
    await pause(2_000);
    return ticksOf(server.pid) - before;
  });
  expect(ticks).toBeLessThan(idleTicks);
  expect(await server.kill('SIGTERM')).toBe(0);
}, 120_000);
