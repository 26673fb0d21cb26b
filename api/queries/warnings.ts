import { openDoors } from '../../domain/failOpen.ts';
import type { WarningQueries, WarningView } from '../facade/warnings.ts';
import { actorName } from './auditLines.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames } from './names.ts';
import { readSettings } from './settings.ts';

/** What must not be overlooked, as it is now. */
export const warningQueries = (context: QueryContext): WarningQueries => ({
  async warnings() {
    const doors = openDoors(await readSettings(context));
    if (doors.length === 0) return [];
    const changes = await context.reader
      .selectFrom('settingChanges')
      .selectAll()
      .where(
        'name',
        'in',
        doors.map(({ setting }) => setting),
      )
      .execute();
    const ids = changes.map(({ actorId }) => actorId);
    const names = await lookUpNames(context, { users: ids, accounts: ids, clients: ids });
    return doors.map((door): WarningView => {
      const change = changes.find(({ name }) => name === door.setting)!;
      return { ...door, by: actorName(names, change), at: change.at };
    });
  },
});
