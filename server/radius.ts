import { isIP } from 'node:net';
import type { Facade } from '../api/facade.ts';
import type { Clients } from '../api/radius/clients.ts';
import type { Monitor } from '../api/radius/monitor.ts';
import { startRadius, type RadiusServer } from '../api/radius/server.ts';
import type { Logger } from '../runtime/logger.ts';

export type RadiusSettings = {
  readonly host: string;
  /** UDP ports for logins; none where RADIUS is off. 0 picks a free one. */
  readonly radius?: readonly number[];
  /** UDP ports for accounting; the next above each of those for logins where absent. */
  readonly radiusAccounting?: readonly number[];
  /** Addresses to listen on in place of `host`. */
  readonly radiusHosts?: readonly string[];
  readonly radiusSeconds: number;
  readonly radiusExplainRejects: boolean;
};

/** What the front end needs of the core beside the two doors. */
export type RadiusParts = {
  readonly monitor: Monitor;
  readonly clients: () => Promise<Clients>;
};

/** Starts the RADIUS front end where it is on. */
export const radiusFrontEnd = async (
  settings: RadiusSettings,
  facade: Facade,
  { monitor, clients }: RadiusParts,
  log: Logger,
): Promise<RadiusServer | undefined> => {
  const { radius, radiusHosts, host } = settings;
  if (radius === undefined) return undefined;
  const hosts = radiusHosts ?? [host === 'localhost' ? '127.0.0.1' : host];
  const wrong = hosts.find((name) => isIP(name) === 0);
  if (wrong !== undefined)
    throw new Error(`RADIUS listens on addresses; set radiusHosts in place of ${wrong}`);
  return await startRadius({
    facade,
    clients: await clients(),
    monitor,
    hosts,
    authentication: radius,
    accounting: settings.radiusAccounting ?? radius.map((port) => (port === 0 ? 0 : port + 1)),
    deadlineSeconds: settings.radiusSeconds,
    explainRejects: settings.radiusExplainRejects,
    onError: (error) => log.error('a RADIUS packet could not be answered', { error }),
  });
};
