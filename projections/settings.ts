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

/** The installation's identity and the settings that differ from their defaults. */
export const settingsProjection: Projection = {
  name: 'settings',
  version: 1,
  tables: [deployment, settings],
  on: {
    DeploymentCreated({ data }, rows) {
      const { tenantId, groupKey, companyName } = data;
      rows.put('deployment', { deploymentId: 'deployment', tenantId, groupKey, companyName });
    },
    SettingsChanged({ data }, rows) {
      for (const [name, value] of Object.entries(data.changes))
        rows.put('settings', { name, value: JSON.stringify(value) });
    },
  },
};
