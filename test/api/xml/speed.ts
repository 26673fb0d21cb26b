import { readXml, sdkLimits } from '../../../api/xml/reader.ts';
import { worstShapes } from './documents.ts';

/**
 * Prints how long the worst documents take, as `[bytes, shape, ms]`. A process of its own, because code inside a
 * test runner's context runs several times slower than the program does. The best of five, by the processor's
 * clock where that shows less, because a test shares its machine: what counts is the work, not the wait for a core.
 */
const msOf = (text: string): number => {
  const start = performance.now();
  const before = process.cpuUsage();
  try {
    readXml(text, sdkLimits);
  } catch {
    // Refusing may take no longer than reading.
  }
  const { user, system } = process.cpuUsage(before);
  return Math.min(performance.now() - start, (user + system) / 1_000);
};

const timings = [65_536, 1_048_576].flatMap((sizeBytes) =>
  worstShapes(sizeBytes).map(([shape, text]) => [
    sizeBytes,
    shape,
    Math.min(...[1, 2, 3, 4, 5].map(() => msOf(text))),
  ]),
);
process.stdout.write(JSON.stringify(timings));
