import type { ApiClientKind } from '../../../domain/events/apiClients.ts';
import type { Flag } from './flag.ts';

/** Removed accounts and clients keep their row (without a hash), so that old records show who it was. */
export type ServiceAccountRow = {
  accountId: string;
  name: string;
  /** Lower-case name: account names are compared without regard to case. */
  nameKey: string;
  secretHash: string | null;
  /** JSON: string[]. */
  groups: string;
  removedAt: string | null;
};

export type ApiClientRow = {
  clientId: string;
  name: string;
  kind: ApiClientKind;
  secretHash: string | null;
  /** JSON: string[]. */
  scopes: string;
  /** JSON: ApiClientLimits. */
  limits: string;
  /** JSON: ApiClientCertificates. */
  certificates: string;
  enabled: Flag;
  /** Counts the changes of the record. */
  version: number;
  addedAt: string;
  /** When it last changed its secret for a token. */
  lastTokenAt: string | null;
  removedAt: string | null;
};

/** What a client may show to be let in. */
export type ClientCertificateRow = {
  /** SHA-256 in hexadecimal, or `dns:` and a name. */
  certificate: string;
  clientId: string;
};

/** A short-lived token that was given back before its end. */
export type RevokedTokenRow = {
  tokenId: string;
  clientId: string;
  until: string;
};

export type DeploymentRow = {
  deploymentId: 'deployment';
  tenantId: string;
  groupKey: string;
  companyName: string;
};

export type SettingRow = {
  name: string;
  /** JSON: string, number or boolean. */
  value: string;
};

/** Who set a setting last. */
export type SettingChangeRow = { name: string; at: string; actorKind: string; actorId: string };

/** One entry of a list of the configuration. */
export type ItemRow = {
  /** `kind/itemId`. */
  itemKey: string;
  kind: string;
  itemId: string;
  /** JSON, as it stands in the event: secrets are sealed. */
  item: string;
  /** Log position at which it was first set: lists are ordered by it. */
  position: number;
  changedAt: string;
};
