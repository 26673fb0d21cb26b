import type { EventStore } from '../adapters/eventStore/port.ts';
import type { OpenSmtp } from '../adapters/mail/smtp.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import { foldCache } from '../activities/foldCache.ts';
import { emptyConfiguration, evolveConfiguration } from '../domain/configuration.ts';
import { settingsStream } from '../domain/ids.ts';

/** The mail server that mail leaves through, as the log has it now; undefined where none is set. */
export const mailSettings = (
  events: EventStore,
  secrets: Pick<Secrets, 'open'>,
): (() => Promise<OpenSmtp | undefined>) => {
  const configurations = foldCache({
    events,
    initial: emptyConfiguration,
    evolve: evolveConfiguration,
    capacity: 1,
  });
  return async () => {
    const { items } = (await configurations.load(settingsStream)).state;
    const [first] = items.smtpServer;
    if (!first) return undefined;
    const [itemId, { password: sealed, ...server }] = first;
    if (sealed === undefined) return server;
    const place = {
      owner: 'settings',
      stream: settingsStream,
      field: `smtpServer.${itemId}.password`,
    } as const;
    return { ...server, password: (await secrets.open(place, sealed)) ?? '' };
  };
};
