import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { count, seed } from '../../support/profile.ts';
import { inFolder } from './given.ts';
import {
  appenderScript,
  expectAllOnRecord,
  expectIntegrity,
  startAppender,
  type Answer,
} from './processes.ts';

const kills = count(200);

test(
  `REL-12 ${kills} kills in the middle of appends lose nothing that was answered`,
  () =>
    inFolder(async (folder) => {
      const file = join(folder, 'events.db');
      const answers: Answer[] = [];
      for (let kill = 0; kill < kills; kill++) {
        const appender = startAppender(file, { name: `${kill}`, commits: 1e6, writers: 16 });
        // The record is kept here, where no kill reaches it.
        await appender.answered(((seed + kill * 7_919) % 200) + 1);
        appender.child.kill('SIGKILL');
        await appender.ended;
        answers.push(...appender.answers);
        expectIntegrity(file);
      }
      expect(answers.length).toBeGreaterThanOrEqual(kills);
      await expectAllOnRecord(file, answers);
    }),
  // Of which most is starting processes, on a machine that others use too.
  60_000 + kills * 10_000,
);

test('REL-12 every answer follows an fsync that follows the last write of its commit', () =>
  inFolder(async (folder) => {
    const commits = Math.max(50, count(200));
    const trace = await traceAppends(folder, commits);
    const answers = trace.filter((call) => call === 'answer').length;
    expect(answers).toBe(commits);
    expect(trace.filter((call) => call === 'sync').length).toBeGreaterThanOrEqual(commits);
    let sinceAnswer: Call[] = [];
    for (const call of trace) {
      if (call !== 'answer') {
        sinceAnswer.push(call);
        continue;
      }
      expect(sinceAnswer).toContain('write');
      expect(sinceAnswer.lastIndexOf('sync')).toBeGreaterThan(sinceAnswer.lastIndexOf('write'));
      sinceAnswer = [];
    }
  }));

type Call = 'write' | 'sync' | 'answer';

/** What a process that commits one step after the other asks of the kernel, in order of completion. */
async function traceAppends(folder: string, commits: number): Promise<Call[]> {
  const log = join(folder, 'strace');
  const calls = 'trace=write,writev,pwrite64,pwritev,fsync,fdatasync';
  const program = [process.execPath, appenderScript, join(folder, 'events.db'), 'traced'];
  const child = spawn(
    'strace',
    ['-f', '-y', '-e', calls, '-o', log, ...program, `${commits}`, '1'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const started = once(child, 'spawn').catch((cause: unknown) => {
    throw new Error('this test needs strace: apt-get install strace', { cause });
  });
  await started;
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`strace ended with ${code}: ${said}`);

  const unfinished = new Map<string, Call>();
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const thread = line.split(' ', 1)[0] ?? '';
      const call = line.includes(' resumed>') ? unfinished.get(thread) : callOf(line);
      unfinished.delete(thread);
      if (!call) return [];
      if (!line.endsWith('<unfinished ...>')) return [call];
      unfinished.set(thread, call);
      return [];
    });
}

function callOf(line: string): Call | undefined {
  if (/ write\(1<.*"answered /.test(line)) return 'answer';
  if (/ pwrite\w*\(\d+<.*-wal>/.test(line)) return 'write';
  if (/ f(data)?sync\(\d+<.*-wal>/.test(line)) return 'sync';
  return undefined;
}
