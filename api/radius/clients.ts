import type { RadiusClient, RadiusTarget } from '../../domain/items/radius.ts';
import type { Secret } from './authenticator.ts';
import type { PeerCertificate } from '../peerCertificate.ts';
import type { DirectoryTarget } from './directoryTarget.ts';

export type TargetServer = Omit<RadiusTarget['servers'][number], 'secret'> & {
  readonly secret: Secret;
};

/** A client as the front end works with it: secrets opened, its target found. */
export type KnownClient = Omit<RadiusClient, 'secret' | 'target'> & {
  readonly clientId: string;
  readonly secret: Secret;
  /** In the order in which they are asked; undefined where nobody is: second factor only. */
  readonly servers: readonly TargetServer[] | undefined;
  /** Checks passwords in place of `servers`, of which there are none then. */
  readonly directory?: DirectoryTarget;
  /** Whether packets from this address must prove themselves, as the client's mode and what it has shown want it. */
  mustProve(address: string): boolean;
};

/** Who may ask, as the log has it. */
export type Clients = {
  /** The client with the narrowest range around an address. */
  find(address: string): Promise<KnownClient | undefined>;
  /** The client that has this certificate, or a name that is in it where it can be trusted. */
  findByCertificate(certificate: PeerCertificate): Promise<KnownClient | undefined>;
  /** Secrets of all targets, by which a packet of our own is known again. */
  targetSecrets(): readonly Secret[];
};
