import { readXml, sdkLimits } from '../../../api/xml/reader.ts';
import { workMs } from '../../support/speed.ts';
import { worstShapes } from './documents.ts';

/**
 * Prints how long the worst documents take, as `[bytes, shape, ms]`. A process of its own, because code inside a
 * test runner's context runs several times slower than the program does. The best of five rounds, each over all
 * documents, so that a neighbour who is busy for a second does not meet one document in all its rounds.
 */
const rounds = 5;

const read = (text: string): void => {
  try {
    readXml(text, sdkLimits);
  } catch {
    // Refusing may take no longer than reading.
  }
};

const documents = [65_536, 1_048_576].flatMap((sizeBytes) =>
  worstShapes(sizeBytes).map(([shape, text]) => ({ sizeBytes, shape, text, best: Infinity })),
);
for (let round = 0; round < rounds; round += 1)
  for (const document of documents)
    document.best = Math.min(
      document.best,
      workMs(() => read(document.text)),
    );
const timings = documents.map(({ sizeBytes, shape, best }) => [sizeBytes, shape, best]);
process.stdout.write(JSON.stringify(timings));
