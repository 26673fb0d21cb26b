import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Facade } from '../api/facade.ts';
import type { Clients } from '../api/radius/clients.ts';
import type { Monitor } from '../api/radius/monitor.ts';
import { startRadius, type RadiusServer } from '../api/radius/server.ts';
import type { Logger } from '../runtime/logger.ts';
import { tlsOptions } from '../runtime/tlsOptions.ts';

export type RadiusSettings = {
  readonly host: string;
  /** UDP ports for logins; none where RADIUS is off. 0 picks a free one. */
  readonly radius?: readonly number[];
  /** UDP ports for accounting; the next above each of those for logins where absent. */
  readonly radiusAccounting?: readonly number[];
  /** Addresses to listen on in place of `host`. */
  readonly radiusHosts?: readonly string[];
  /** TCP port for RADIUS over TLS; off where absent. 0 picks a free one. */
  readonly radsec?: number;
  /** PEM file of the authorities whose certificates make clients known by a name in them. */
  readonly radsecAuthorityFile?: string;
  /** Path of Samba's `ntlm_auth`, which checks MS-CHAPv2 with a Windows domain; nothing does where absent. */
  readonly ntlmAuth?: string;
  readonly radiusSeconds: number;
  readonly radiusExplainRejects: boolean;
};

/** What the front end needs of the core beside the two doors. */
export type RadiusParts = {
  readonly monitor: Monitor;
  readonly clients: (settings: Pick<RadiusSettings, 'ntlmAuth'>) => Promise<Clients>;
};

/** What we prove ourselves by over TLS. */
export type RadiusCertificate = { readonly cert: string; readonly key: string };

const overTls = (
  { radsec, radsecAuthorityFile }: RadiusSettings,
  { cert, key }: RadiusCertificate,
) => {
  if (radsec === undefined) return {};
  // Without authorities of its own nobody is known by a name: those of the system issue to everybody.
  const ca = radsecAuthorityFile === undefined ? [] : readFileSync(radsecAuthorityFile, 'utf8');
  return { radsec: { port: radsec, tls: { ...tlsOptions, cert, key, ca } } };
};

/** Starts the RADIUS front end where it is on. */
export const radiusFrontEnd = async (
  settings: RadiusSettings,
  facade: Facade,
  { monitor, clients }: RadiusParts,
  certificate: RadiusCertificate,
  log: Logger,
): Promise<RadiusServer | undefined> => {
  const { radius = [], radiusHosts, host } = settings;
  if (radius.length === 0 && settings.radsec === undefined) return undefined;
  const hosts = radiusHosts ?? [host === 'localhost' ? '127.0.0.1' : host];
  const wrong = hosts.find((name) => isIP(name) === 0);
  if (wrong !== undefined)
    throw new Error(`RADIUS listens on addresses; set radiusHosts in place of ${wrong}`);
  return await startRadius({
    facade,
    clients: await clients(settings),
    monitor,
    hosts,
    authentication: radius,
    accounting: settings.radiusAccounting ?? radius.map((port) => (port === 0 ? 0 : port + 1)),
    ...overTls(settings, certificate),
    deadlineSeconds: settings.radiusSeconds,
    explainRejects: settings.radiusExplainRejects,
    onError: (error) => log.error('a RADIUS packet could not be answered', { error }),
  });
};
