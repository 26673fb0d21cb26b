import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadMasterKey } from './adapters/secrets/masterKey.ts';
import { masterKeysAt } from './adapters/secrets/masterKeyFiles.ts';
import type { WarningView } from './api/facade/warnings.ts';
import { present } from './domain/present.ts';
import { openAdminToken, readAdminToken } from './runtime/adminToken.ts';
import { openCertificate } from './runtime/certificate.ts';
import { layoutOf, openDataFolder, type DataLayout } from './runtime/dataFolder.ts';
import type { Logger } from './runtime/logger.ts';
import { createShutdown, type Shutdown } from './runtime/shutdown.ts';
import { defaultNamespace, startTemporal } from './runtime/temporalServer.ts';
import { startCore } from './server/core.ts';
import { prepareDemo, type Demo } from './server/demo.ts';
import { frontEnds } from './server/frontEnds.ts';
import type { EventsPlace } from './server/eventStore.ts';
import { radiusFrontEnd, type RadiusSettings } from './server/radius.ts';
import { listenHttp, listenHttps } from './server/listeners.ts';
import {
  temporalCluster,
  type TemporalEngine,
  type TemporalPlace,
} from './server/temporalCluster.ts';
import type { ViewsPlace } from './server/views.ts';

export type ServerOptions = {
  /** Folder of everything that is kept; made where missing. */
  readonly data: string;
  /** Ports; 0 picks a free one. */
  readonly http: number;
  readonly https: number;
  readonly host: string;
  readonly demo: boolean;
  readonly log: Logger;
  /** Path of the `temporal` binary. */
  readonly temporal?: string;
  /** Where the master key is; beside the data folder by default, so that its backup holds no key (SEC-70). */
  readonly masterKeyFile?: string;
  /** Folder that checkpoints of the log are anchored in; in the data folder by default. */
  readonly anchors?: string;
  /** An RFC 3161 time stamp authority. */
  readonly timestampAuthority?: string;
  /** Public base address, where a proxy stands in front. */
  readonly publicUrl?: string;
  /**
   * Name of a further process on the data folder of a running server: it shares log, keys and workflow engine, and
   * keeps views of its own. Either answers what the other began.
   */
  readonly join?: string;
  /** Virtual folders of the Web Service SDK and of the mobile service. */
  readonly sdkPaths: readonly string[];
  readonly mobilePaths: readonly string[];
  /** PEM file of the authorities whose client certificates are trusted; clients are asked for none where absent. */
  readonly clientAuthorityFile?: string;
  /** Keytab of HTTP/<this host>; without one, no Kerberos tickets are taken. */
  readonly keytab?: string;
  /** `host:port` of inner addresses that outgoing calls may go to (SEC-62). */
  readonly allowedTargets: readonly string[];
  readonly restBodyBytes: number;
  readonly restCallsPerSecond: number;
  /** All headers of one request, bytes, and how long a client may take for them. */
  readonly headerBytes: number;
  readonly headerMs: number;
} & RadiusSettings &
  EventsPlace &
  ViewsPlace &
  TemporalPlace;

export type RunningServer = {
  readonly http: string;
  readonly https: string;
  readonly temporal: string;
  readonly data: string;
  /** PEM file of the authority that clients may trust. */
  readonly ca: string;
  /** `address:port` of logins and of accounting over RADIUS. */
  readonly radius?: string;
  readonly radiusAccounting?: string;
  /** And over TLS. */
  readonly radsec?: string;
  readonly demo?: Demo;
  /** Settings that let somebody in where something is missing; absent where there is none. */
  readonly warnings?: readonly WarningView[];
  stop(reason: string): Promise<boolean>;
};

/** Open calls get this long at a stop; pushes stay answerable over the restart (REL-14). */
const drainMs = 8_000;

/** Every role in one process tree: adapters, worker, front ends; stopped in reverse. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { log, host } = options;
  const shutdown = createShutdown(log);
  try {
    const folder = takeFolder(options, shutdown);
    const keys = `${folder.root}-keys`;
    const masterKeyFile = options.masterKeyFile ?? join(keys, 'master.key');
    const tls = join(keys, 'tls');
    for (const made of [dirname(masterKeyFile), tls])
      mkdirSync(made, { recursive: true, mode: 0o700 });
    loadMasterKey(masterKeyFile); // Made at the first start.
    const certificate = openCertificate({ folder: tls });
    openAdminToken(folder.adminToken);
    const adminToken = readAdminToken(folder.adminToken);

    const temporal = await engineOf(options, folder, shutdown);

    let mobileAppUrl = '';
    let publicUrl = '';
    const { radius: radiusParts, ...facade } = await startCore({
      layout: folder,
      masterKeys: () => masterKeysAt(masterKeyFile),
      ...(options.anchors === undefined ? {} : { anchors: options.anchors }),
      ...(options.timestampAuthority === undefined
        ? {}
        : { timestampAuthority: options.timestampAuthority }),
      ...(options.eventsUrl === undefined ? {} : { eventsUrl: options.eventsUrl }),
      ...(options.eventsPrefix === undefined ? {} : { eventsPrefix: options.eventsPrefix }),
      ...(options.viewsUrl === undefined ? {} : { viewsUrl: options.viewsUrl }),
      ...(options.viewsPasswordFile === undefined
        ? {}
        : { viewsPasswordFile: options.viewsPasswordFile }),
      temporal,
      log,
      shutdown,
      mobileAppUrl: () => mobileAppUrl,
      allowedTargets: options.allowedTargets,
      publicUrl: () => publicUrl,
      ...(options.join === undefined ? {} : { node: options.join }),
    });

    const apps = frontEnds({
      ...options,
      facade,
      adminToken,
      telephonyUrl: () => publicUrl,
      recordings: folder.voice,
      proofs: folder.proofs,
    });
    const { clientAuthorityFile } = options;
    const secure = await listenHttps(apps.secure, options, options.https, {
      ...certificate,
      ...(clientAuthorityFile === undefined
        ? {}
        : { clientAuthorities: readFileSync(clientAuthorityFile, 'utf8') }),
    });
    shutdown.add('https', () => secure.stop(drainMs));
    const local = await listenHttp(apps.local, options, options.http);
    // One after the other would let the second take calls while the first still drains.
    shutdown.add('listeners', async () => {
      await Promise.all([secure.stop(drainMs), local.stop(drainMs)]);
    });

    const radius = await radiusFrontEnd(options, facade, radiusParts, certificate, log);
    if (radius) shutdown.add('RADIUS', () => radius.stop());

    const https = `https://${nameOf(host)}:${secure.port}`;
    const http = `http://${host}:${local.port}`;
    publicUrl = options.publicUrl ?? https;
    mobileAppUrl = `${publicUrl}${options.mobilePaths[0]}`;
    const endpoints = { http, https, temporal: temporal.address, ca: certificate.caPath };
    if (options.join === undefined) {
      writeFileSync(folder.endpoints, `${JSON.stringify(endpoints)}\n`, { mode: 0o600 });
      // A stale file would lead the administrator's token to whatever takes the port next.
      shutdown.add('endpoints', () => rmSync(folder.endpoints, { force: true }));
    }

    const demo = options.demo ? await prepareDemo(facade) : undefined;
    const warnings = await facade.queries.warnings();
    return {
      ...endpoints,
      data: folder.root,
      ...present({
        radius: namesOf(radius?.authentication),
        radiusAccounting: namesOf(radius?.accounting),
        radsec: namesOf(radius?.radsec),
      }),
      ...(demo ? { demo } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
      stop: (reason) => shutdown.run(reason),
    };
  } catch (error) {
    await shutdown.run('the start failed');
    throw error;
  }
};

const namesOf = (listening: readonly string[] = []): string | undefined =>
  listening.length === 0 ? undefined : listening.join(',');

/** The folder is one server's; a process that joins works beside it with views of its own. */
const takeFolder = ({ data, join: node }: ServerOptions, shutdown: Shutdown): DataLayout => {
  if (node === undefined) {
    const folder = openDataFolder(data);
    shutdown.add('data folder', () => folder.close());
    return folder;
  }
  const layout = layoutOf(resolve(data));
  if (!existsSync(layout.endpoints))
    throw new Error(`no server has the data folder ${layout.root}; start one first, then join it`);
  return { ...layout, views: join(layout.store, `views-${node}.db`) };
};

/** The workflow engine: our own child, one that others run, or that of the server that we join. */
const engineOf = async (
  options: ServerOptions,
  layout: DataLayout,
  shutdown: Shutdown,
): Promise<TemporalEngine> => {
  const { log, temporal: binary, join: node, temporalAddress } = options;
  if (temporalAddress !== undefined) return temporalCluster(temporalAddress, options);
  if (node !== undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server that we join wrote it
    const { temporal } = JSON.parse(readFileSync(layout.endpoints, 'utf8')) as { temporal: string };
    return { address: temporal, namespace: defaultNamespace };
  }
  const server = await startTemporal({ layout, log, ...(binary ? { binary } : {}) });
  shutdown.add('Temporal', () => server.stop());
  return server;
};

/** The certificate is for names; loopback is `localhost` to its clients. */
const nameOf = (host: string): string =>
  host === '127.0.0.1' || host === '::1'
    ? 'localhost'
    : host === '0.0.0.0' || host === '::'
      ? hostname()
      : host;
