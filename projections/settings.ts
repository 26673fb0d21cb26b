import { type Projection } from './projection.ts';
import { table } from './table.ts';

const deployment = table({
  name: 'deployment',
  key: 'deploymentId',
  columns: { deploymentId: 'text', tenantId: 'text', groupKey: 'text', companyName: 'text' },
  indexes: [],
});
const settings = table({
  name: 'settings',
  key: 'name',
  columns: { name: 'text', value: 'text' },
  indexes: [],
});
const settingChanges = table({
  name: 'settingChanges',
  key: 'name',
  columns: { name: 'text', at: 'text', actorKind: 'text', actorId: 'text' },
  indexes: [],
});

/** The installation's identity, the settings that differ from their defaults, and who set them last. */
export const settingsProjection: Projection = {
  name: 'settings',
  version: 2,
  tables: [deployment, settings, settingChanges],
  on: {
    DeploymentCreated({ data }, rows) {
      const { tenantId, groupKey, companyName } = data;
      rows.put('deployment', { deploymentId: 'deployment', tenantId, groupKey, companyName });
    },
    SettingsChanged({ data, meta }, rows) {
      for (const [name, value] of Object.entries(data.changes)) {
        rows.put('settings', { name, value: JSON.stringify(value) });
        const { kind, id } = meta.actor;
        rows.put('settingChanges', { name, at: meta.at, actorKind: kind, actorId: id });
      }
    },
  },
};
