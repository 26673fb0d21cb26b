import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { interleave, outcomeOf, type Findings } from '../../bench/measure.ts';
import {
  assertAnonymous,
  fileNameOf,
  namesOfThisMachine,
  NamesTheMachine,
  writeReport,
  type Report,
} from '../../bench/report.ts';
import { median, percentile, ratios, rounded } from '../../bench/statistics.ts';
import { closedLoop } from '../../bench/support/load.ts';
import { table } from '../../bench/table.ts';

const findings = (over: Partial<Findings> = {}): Findings => ({
  measure: 'validations',
  unit: 'calls/s',
  rounds: [
    { ours: 90, bare: 100 },
    { ours: 30, bare: 40 },
    { ours: 80, bare: 80 },
  ],
  target: { of: 'ratio', least: 0.8 },
  ...over,
});

const report = (over: Partial<Report> = {}): Report => ({
  date: '2026-01-02T03:04:05.678Z',
  commit: 'abc1234',
  seed: 7,
  machine: { cores: 2, memoryGiB: 8, cpu: 'Some CPU @ 2.00GHz', os: 'linux 6.1 x64' },
  versions: { node: '24.21.0' },
  measures: ['oneShotOtp'],
  outcomes: [outcomeOf(findings())],
  ...over,
});

const refusing = () => Promise.reject(new Error('refused'));
/** A report with this text in it, looked through for the name of a machine. */
const named = (text: string) => () =>
  assertAnonymous(report({ versions: { node: text } }), ['build-box-17']);

describe('statistics', () => {
  test('the median is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  test('a percentile is a value that occurred', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile([3], 0.99)).toBe(3);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test('ratios belong to rounds', () => {
    expect(ratios(findings().rounds)).toEqual([0.9, 0.75, 1]);
  });

  test('figures keep three digits', () => {
    expect([12_345.6, 0.123_456, 0, Number.NaN].map(rounded)).toEqual([
      12_300,
      0.123,
      0,
      Number.NaN,
    ]);
  });
});

describe('outcomes', () => {
  test('the ratio is the median of the ratios, not the ratio of the medians', () => {
    expect(outcomeOf(findings())).toMatchObject({ ours: 80, bare: 80, ratio: 0.9, ok: true });
  });

  test.each([
    [{ of: 'ratio', least: 0.9 }, true],
    [{ of: 'ratio', least: 0.91 }, false],
    [{ of: 'ratio', most: 0.9 }, true],
    [{ of: 'ratio', most: 0.89 }, false],
    [{ of: 'ours', most: 80 }, true],
    [{ of: 'ours', most: 79 }, false],
  ] as const)('the target %j is met: %s', (target, ok) => {
    expect(outcomeOf(findings({ target })).ok).toBe(ok);
  });

  test('a target is not met by figures that are missing', () => {
    expect(outcomeOf(findings({ rounds: [] })).ok).toBe(false);
  });
});

describe('rounds', () => {
  test('sides take turns, and the one that begins changes', async () => {
    const order: string[] = [];
    const side = (name: string, value: number) => () => {
      order.push(name);
      return Promise.resolve(value);
    };
    const rounds = await interleave(3, { ours: side('A', 1), bare: side('B', 2) });
    expect(order.join('')).toBe('ABBAAB');
    expect(rounds).toEqual(Array.from({ length: 3 }, () => ({ ours: 1, bare: 2 })));
  });

  test('never both at once', async () => {
    let running = 0;
    const side = async () => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
      return 1;
    };
    await interleave(4, { ours: side, bare: side });
  });

  test('a closed loop sends the next call of a client after its last answer, and passes faults on', async () => {
    const running = new Set<number>();
    const window = await closedLoop({
      clients: 3,
      seconds: 0.001,
      async call(client) {
        expect(running.has(client)).toBe(false);
        running.add(client);
        await new Promise(setImmediate);
        running.delete(client);
      },
    });
    expect(window.done).toBeGreaterThanOrEqual(3);
    await expect(closedLoop({ clients: 1, seconds: 1, call: refusing })).rejects.toThrow('refused');
  });
});

describe('table', () => {
  test('one line a measure under the headings, in columns', () => {
    const outcomes = [
      outcomeOf(findings()),
      outcomeOf(findings({ measure: 'start', unit: 's', target: { of: 'ours', most: 5 } })),
    ];
    expect(table(outcomes).split('\n')).toEqual([
      'measure      unit     ours  bare  ratio    target  ok',
      'validations  calls/s    80    80   0.90     ≥ 0.8  yes',
      'start        s          80    80   0.90  ours ≤ 5  NO',
    ]);
  });
});

describe('reports', () => {
  test('hold neither the name of this machine nor a path of it', () => {
    expect(() => assertAnonymous(report())).not.toThrow();
    expect(named('v24 on build-box-17')).toThrow(NamesTheMachine);
    expect(named('v24 on BUILD-BOX-17.example')).toThrow(NamesTheMachine);
    expect(named('/opt/node/bin/node')).toThrow(NamesTheMachine);
    expect(named('node in ~/bin')).toThrow(NamesTheMachine);
    expect(named(String.raw`C:\node\node.exe`)).toThrow(NamesTheMachine);
    expect(named('validations/s and 1/2')).not.toThrow();
    expect(named('a build-box-171 is another one')).not.toThrow();
  });

  test('names are looked for in field names too', () => {
    const outcome = outcomeOf(findings({ details: { 'build-box-17Ms': 1 } }));
    const told = report({
      outcomes: [outcome, outcomeOf(findings({ details: { 'on build-box-17': 1 } }))],
    });
    expect(() => assertAnonymous(told, ['build-box-17'])).toThrow(NamesTheMachine);
  });

  test('this machine is among the names', () => {
    expect(namesOfThisMachine()).toContain(hostname());
  });

  test('a part of the measures gets a file of its own, so that it hides no whole run', () => {
    expect(fileNameOf(report({ measures: 'all' }))).toBe('2026-01-02-abc1234.json');
    expect(fileNameOf(report())).toBe('2026-01-02-abc1234-oneShotOtp.json');
  });

  test('nothing is written of a report that names the machine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
    try {
      const told = report({ versions: { node: 'on build-box-17' } });
      expect(() => writeReport(folder, told, ['build-box-17'])).toThrow(NamesTheMachine);
      expect(readdirSync(folder)).toEqual([]);
      const file = writeReport(folder, report());
      expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toEqual(report());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
