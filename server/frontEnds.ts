import { readFileSync } from 'node:fs';
import express, { type Express, type RequestHandler } from 'express';
import { sha256 } from '../api/digest.ts';
import type { Facade } from '../api/facade.ts';
import { mobileService } from '../api/pad/routes.ts';
import { restApi } from '../api/rest/app.ts';
import { metadataPath, oauthMetadata } from '../api/rest/oauthMetadata.ts';
import { pfWsSdk } from '../api/soap/pfWsSdk.ts';
import { telephonyService } from '../api/telephony/service.ts';
import { readKeytab } from '../api/soap/negotiate/keytab.ts';
import { negotiator, proofMs } from '../api/soap/negotiate/negotiator.ts';
import type { Logger } from '../runtime/logger.ts';
import { proofsTaken } from './proofsTaken.ts';
import { sdkAuthentication } from './sdkCallers.ts';

export type FrontEndOptions = {
  readonly facade: Facade;
  readonly adminToken: string;
  readonly log: Logger;
  readonly publicUrl?: string;
  /** Where providers and clients reach this deployment; its own address where none is set. */
  readonly telephonyUrl: () => string;
  /** Folder of recorded voice messages. */
  readonly recordings: string;
  readonly sdkPaths: readonly string[];
  readonly mobilePaths: readonly string[];
  /** Authority of client certificates; without one, callers are asked for none. */
  readonly clientAuthorityFile?: string;
  /** Keys of this service for callers with Kerberos tickets. */
  readonly keytab?: string;
  /** Where all processes of the deployment note the proofs that such callers gave. */
  readonly proofs: string;
  readonly restBodyBytes: number;
  readonly restCallsPerSecond: number;
};

/** What phones and callers reach over TLS, and what this machine alone may reach without. */
export const frontEnds = (options: FrontEndOptions): { secure: Express; local: Express } => {
  const { facade, adminToken, log, publicUrl } = options;
  const rest = restApi({
    facade,
    adminTokenHash: sha256(adminToken),
    logger: log,
    limits: {
      bodyBytes: options.restBodyBytes,
      callsPerSecond: options.restCallsPerSecond,
    },
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  const mobile = mobileService({
    facade,
    settings: async () => {
      const settings = await facade.queries.getSettings();
      return {
        requireTls: settings['requireTls'] === true,
        mobileAppUrl: String(settings['mobileAppUrl']),
        activationWaitSeconds: Number(settings['activationWaitSeconds']),
      };
    },
    bases: options.mobilePaths,
    note: (note) => log.warn('the mobile service has something to say', { ...note }),
  });
  const tickets =
    options.keytab === undefined
      ? undefined
      : negotiator(
          readKeytab(readFileSync(options.keytab)),
          Date.now,
          proofsTaken({ folder: options.proofs, keptMs: proofMs, nowMs: Date.now, log }),
        );
  const sdk = pfWsSdk({
    facade,
    authenticate: sdkAuthentication(facade, () => performance.now(), tickets),
    negotiates: tickets !== undefined,
    paths: options.sdkPaths.map((folder) => `${folder}/PfWsSdk.asmx`),
    onError: (error) => log.error('an SDK call failed', { error }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });

  const telephony = telephonyService({
    facade,
    publicUrl: options.telephonyUrl,
    recordings: options.recordings,
    onError: (error) => log.error('a provider could not be answered', { error }),
  });

  const app = (...before: RequestHandler[]) => {
    const made = express().disable('x-powered-by').disable('etag');
    for (const handler of before) made.use(handler);
    const asksForCertificates = options.clientAuthorityFile !== undefined;
    made.get(metadataPath, oauthMetadata(options.telephonyUrl, '/api/v1', asksForCertificates));
    return made.use('/api/v1', rest);
  };
  return { secure: app(sdk, mobile, telephony), local: app(mobile, telephony) };
};
