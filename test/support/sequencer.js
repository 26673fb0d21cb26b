import sequencer from '@jest/test-sequencer';

const Sequencer = sequencer.default ?? sequencer;

/** Tests that mostly wait: for processes to start, to die and to notice it. */
const waits = ({ path }) => /[\\/]test[\\/](?:e2e|docs)[\\/]/.test(path);

/** What a file takes, as far as is known: its time in an earlier run, else its size. */
const weightOf = ({ duration, path, context }) => duration ?? context.hasteFS.getSize(path) ?? 1;

/** Each test with the part of its list's whole weight that comes before it. */
const placed = (tests) => {
  const whole = tests.reduce((sum, test) => sum + weightOf(test), 0);
  let before = 0;
  return tests.map((test) => {
    const place = before / whole;
    before += weightOf(test);
    return { test, place };
  });
};

/**
 * Jest begins with the longest files, which all wait at the same time, and ends with those that need the processor. Here both
 * kinds get on equally fast, so that some work while others wait.
 */
export default class MixedSequencer extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's own method of this name
    const sorted = super.sort(tests);
    const kinds = [sorted.filter(waits), sorted.filter((test) => !waits(test))];
    return kinds
      .flatMap(placed)
      .toSorted((a, b) => a.place - b.place)
      .map(({ test }) => test);
  }
}
