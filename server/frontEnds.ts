import express, { type Express, type RequestHandler } from 'express';
import { sha256 } from '../api/digest.ts';
import type { Facade } from '../api/facade.ts';
import { mobileService } from '../api/pad/routes.ts';
import { restApi } from '../api/rest/app.ts';
import { pfWsSdk } from '../api/soap/pfWsSdk.ts';
import { telephonyService } from '../api/telephony/service.ts';
import type { Logger } from '../runtime/logger.ts';
import { sdkAuthentication } from './sdkCallers.ts';

export type FrontEndOptions = {
  readonly facade: Facade;
  readonly adminToken: string;
  readonly log: Logger;
  readonly publicUrl?: string;
  /** Where providers reach the telephony front end; the deployment's own address where none is set. */
  readonly telephonyUrl: () => string;
  /** Folder of recorded voice messages. */
  readonly recordings: string;
  readonly sdkPaths: readonly string[];
  readonly mobilePaths: readonly string[];
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
  const sdk = pfWsSdk({
    facade,
    authenticate: sdkAuthentication(facade, () => performance.now()),
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
    return made.use('/api/v1', rest);
  };
  return { secure: app(sdk, mobile, telephony), local: app(mobile, telephony) };
};
