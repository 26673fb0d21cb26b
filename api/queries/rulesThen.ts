import type { EventStore } from '../../adapters/eventStore/port.ts';
import { emptyConfiguration, evolveConfiguration } from '../../domain/configuration.ts';
import { settingsStream } from '../../domain/ids.ts';
import { defaultSettings } from '../../domain/settings.ts';
import type { Explanation } from '../facade.ts';

const pageSize = 1_000;
/** What a login is decided by, besides the settings; none of it holds a secret. */
const ruleKinds = ['trustedIps', 'cacheRule', 'loginPolicy'] as const;

/** The settings that were not the default and the rules that there were, when an event was recorded. */
export const rulesThen = async (
  events: Pick<EventStore, 'readStream'>,
  position: number,
): Promise<NonNullable<Explanation['rules']>> => {
  let configuration = emptyConfiguration;
  for (let from = 0, isLast = false; !isLast; from += pageSize) {
    const page = await events.readStream(settingsStream, from, pageSize);
    const then = page.filter((event) => event.position < position);
    configuration = then.reduce(evolveConfiguration, configuration);
    isLast = then.length < pageSize;
  }
  const usual = new Map<string, unknown>(Object.entries(defaultSettings));
  return {
    settings: Object.fromEntries(
      Object.entries(configuration.settings).filter(([name, value]) => usual.get(name) !== value),
    ),
    items: ruleKinds.flatMap((kind) =>
      [...configuration.items[kind]].map(([itemId, item]) => ({ kind, itemId, item: { ...item } })),
    ),
  };
};
