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
  ApiClientAdded: {
    clientId: string;
    name: string;
    secretHash: string;
    scopes: readonly string[];
  };
  ApiClientRemoved: { clientId: string };
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
};
