import type { DeploymentRow } from '../../adapters/views/port.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import type { Queries } from '../facade.ts';
import type { QueryContext } from './context.ts';

/** Company settings as they are now: what was changed, and the defaults of the rest. */
export const readSettings = async ({ reader }: Pick<QueryContext, 'reader'>): Promise<Settings> => {
  const rows = await reader.selectFrom('settings').selectAll().execute();
  const changed = Object.fromEntries(
    rows.map(({ name, value }): [string, unknown] => [name, JSON.parse(value)]),
  );
  return { ...defaultSettings, ...changed };
};

const noDeployment: DeploymentRow = {
  deploymentId: 'deployment',
  tenantId: '',
  groupKey: '',
  companyName: '',
};

export const readDeployment = async ({
  reader,
}: Pick<QueryContext, 'reader'>): Promise<DeploymentRow> =>
  (await reader.selectFrom('deployment').selectAll().executeTakeFirst()) ?? noDeployment;

export const settingsQueries = (context: QueryContext): Pick<Queries, 'getSettings'> => ({
  getSettings: () => readSettings(context),
});
