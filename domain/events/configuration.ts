import type { JsonObject } from '../json.ts';

/** Configuration; stream settings. */
export type ConfigurationEvents = {
  DeploymentCreated: { tenantId: string; groupKey: string; companyName: string };
  SettingsChanged: { changes: Readonly<Record<string, string | number | boolean>> };
  ServiceAccountAdded: {
    accountId: string;
    name: string;
    secretHash: string;
    groups: readonly string[];
  };
  ServiceAccountRemoved: { accountId: string };
  /** One thing of a list: a rule, a provider, a policy. Secrets in it are sealed texts. `kind` names its shape (domain/items.ts). */
  ConfigurationItemSet: { kind: string; itemId: string; item: JsonObject };
  ConfigurationItemRemoved: { kind: string; itemId: string };
};

/** The program itself; stream system. */
export type SystemEvents = {
  SystemStarted: { node: string; version: string };
  UnsealedPayloadRefused: { workflowId: string };
  ProviderDown: { provider: string; reason: string };
  ProviderUp: { provider: string };
  ClockSkewDetected: { skewMs: number };
  /** A whole copy of everything was put elsewhere; the log in it ends at `position`. */
  SystemBackupMade: { backup: string; position: number; sizeBytes: number; durationMs: number };
  /**
   * All keys of what is sealed are under another master key, the `generation`th; the one before opens nothing of this
   * deployment any more. It began at `begunAt`; `keys` is how many there are.
   */
  SystemMasterKeyRotated: { generation: number; keys: number; begunAt: string };
  /**
   * This log goes on from a backup, of which it kept the first `position` events and left out `leftOut`. `lost` events
   * that the ledger had signed are gone, as far as is known; `note` is the ledger's signed word for it, `restorationId` its name.
   */
  SystemRestored: {
    restorationId: string;
    backup: string;
    madeAt: string;
    position: number;
    leftOut: number;
    lost: number;
    note: string;
  };
};
