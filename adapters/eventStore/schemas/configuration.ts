import { z } from 'zod';
import type { ConfigurationEvents, SystemEvents } from '../../../domain/events/configuration.ts';
import { difference, flag, id, ids, text, type Shapes } from '../fields.ts';

export const configurationFields = {
  DeploymentCreated: { tenantId: id, groupKey: id, companyName: text },
  SettingsChanged: { changes: z.record(id, z.union([text, z.number(), flag])).readonly() },
  ServiceAccountAdded: { accountId: id, name: text, secretHash: text, groups: ids },
  ServiceAccountRemoved: { accountId: id },
  ApiClientAdded: { clientId: id, name: text, secretHash: text, scopes: ids },
  ApiClientRemoved: { clientId: id },
  ConfigurationItemSet: { kind: id, itemId: id, item: z.record(id, z.json()).readonly() },
  ConfigurationItemRemoved: { kind: id, itemId: id },
} satisfies Shapes<ConfigurationEvents>;

export const systemFields = {
  SystemStarted: { node: text, version: text },
  UnsealedPayloadRefused: { workflowId: id },
  ProviderDown: { provider: id, reason: text },
  ProviderUp: { provider: id },
  ClockSkewDetected: { skewMs: difference },
} satisfies Shapes<SystemEvents>;
