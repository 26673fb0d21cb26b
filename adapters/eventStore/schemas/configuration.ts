import { z } from 'zod';
import type { ConfigurationEvents, SystemEvents } from '../../../domain/events/configuration.ts';
import { count, difference, flag, id, ids, instant, text, type Shapes } from '../fields.ts';

export const configurationFields = {
  DeploymentCreated: { tenantId: id, groupKey: id, companyName: text },
  SettingsChanged: { changes: z.record(id, z.union([text, z.number(), flag])).readonly() },
  ServiceAccountAdded: { accountId: id, name: text, secretHash: text, groups: ids },
  ServiceAccountRemoved: { accountId: id },
  ConfigurationItemSet: { kind: id, itemId: id, item: z.record(id, z.json()).readonly() },
  ConfigurationItemRemoved: { kind: id, itemId: id },
} satisfies Shapes<ConfigurationEvents>;

export const systemFields = {
  SystemStarted: { node: text, version: text },
  UnsealedPayloadRefused: { workflowId: id },
  ProviderDown: { provider: id, reason: text },
  ProviderUp: { provider: id },
  ClockSkewDetected: { skewMs: difference },
  SystemBackupMade: { backup: id, position: count, sizeBytes: count, durationMs: count },
  SystemMasterKeyRotated: { generation: count, keys: count, begunAt: instant },
  SystemRestored: {
    restorationId: id,
    backup: id,
    madeAt: instant,
    position: count,
    leftOut: count,
    lost: count,
    note: text,
  },
} satisfies Shapes<SystemEvents>;
