import { readFileSync } from 'node:fs';
import type { TemporalOptions } from '../adapters/temporal/connect.ts';
import { defaultNamespace } from '../runtime/temporalServer.ts';

/** A workflow engine that others run; a child of this process is used where there is no address. */
export type TemporalPlace = {
  /** `host:port`; off loopback only with the three files (SEC-75). */
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
  /** PEM files: who may be the engine, and who we are. */
  readonly temporalCaFile?: string;
  readonly temporalCertFile?: string;
  readonly temporalKeyFile?: string;
};

export type TemporalEngine = Pick<TemporalOptions, 'address' | 'namespace' | 'tls'> & {
  /** How often it had to be started again, where it is our child. */
  readonly restarts?: () => number;
};

/** Mutual TLS where files for it are named. @throws where only some of them are, or one cannot be read */
export const temporalTls = (place: TemporalPlace): Pick<TemporalEngine, 'tls'> => {
  const { temporalCaFile: ca, temporalCertFile: cert, temporalKeyFile: key } = place;
  if (ca === undefined && cert === undefined && key === undefined) return {};
  if (ca === undefined || cert === undefined || key === undefined)
    throw new Error(
      'temporalCaFile, temporalCertFile and temporalKeyFile go together: give all three',
    );
  return {
    tls: {
      serverRootCACertificate: readFileSync(ca),
      clientCertPair: { crt: readFileSync(cert), key: readFileSync(key) },
    },
  };
};

export const temporalCluster = (address: string, place: TemporalPlace): TemporalEngine => ({
  address,
  namespace: place.temporalNamespace ?? defaultNamespace,
  ...temporalTls(place),
});
