import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Facade } from '../facade.ts';
import { textRoute, type Operation } from './route.ts';

const mediaType = 'text/plain';

/** What we run on is nobody's business, not even a watcher's (SEC-21). */
const versionMetric = 'nodejs_version_info';

/** The gauges, and the process's own figures. What watches those costs something; nobody pays who has no Prometheus. */
const gaugesOf = ({ queries, lag }: Facade) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.removeSingleMetric(versionMetric);
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `countersign_${name}`, help, registers: [registry] });
  const ready = gauge('ready', 'One where calls would be decided, zero where not.');
  const newest = gauge('log_position', 'Newest event on record.');
  const shown = gauge('views_position', 'Newest event that lists show.');
  const events = gauge('views_behind_events', 'Events on record that lists do not show.');
  const seconds = gauge('views_behind_seconds', 'Age of the oldest event that lists do not show.');
  return async (): Promise<string> => {
    ready.set((await queries.readiness()).ready ? 1 : 0);
    const found = await lag?.lag();
    if (found) {
      newest.set(found.newest);
      shown.set(found.position);
      events.set(found.behindEvents);
      seconds.set(found.behindSeconds);
    }
    return await registry.metrics();
  };
};

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

/** How this process is doing, as Prometheus reads it: the process itself, the log, and how far lists are behind. */
export const metrics = (facade: Facade): readonly Operation[] => {
  let print: ReturnType<typeof gaugesOf> | undefined;
  return [
    textRoute({
      method: 'get',
      path: '/metrics',
      id: 'metrics',
      summary: 'Figures of this process for Prometheus',
      tag: 'maintenance',
      scope: 'health',
      mediaType,
      async run() {
        print ??= gaugesOf(facade);
        return { headers: {}, chunks: once(await print()) };
      },
    }),
  ];
};
