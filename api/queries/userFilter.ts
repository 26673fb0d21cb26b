import { sql, type ExpressionBuilder } from 'kysely';
import type { ViewsDatabase } from '../../adapters/views/port.ts';
import type { UserFilter } from '../facade.ts';

/** Escapes what `like` would take for a pattern. */
export const likeText = (text: string): string =>
  `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

const modeOf = { app: 'appMode', call: 'callMode', sms: 'smsMode', oath: 'oathMode' } as const;
const methodsWithMode = ['app', 'call', 'sms', 'oath'] as const;

/** What a filter of people says, as one condition over the table `users`. */
export const userCondition =
  (filter: UserFilter, now: string) => (eb: ExpressionBuilder<ViewsDatabase, 'users'>) => {
    const hasBlock = eb.exists(
      eb
        .selectFrom('blocks')
        .select('blocks.blockId')
        .whereRef('blocks.userId', '=', 'users.userId')
        .where('blocks.endedAt', 'is', null)
        .where('blocks.until', '>', now),
    );
    const isRegistered = eb.or([
      eb('users.phone', '<>', ''),
      eb('users.backupPhone', '<>', ''),
      eb.exists(
        eb
          .selectFrom('devices')
          .select('devices.deviceId')
          .whereRef('devices.userId', '=', 'users.userId')
          .where('devices.state', '=', 'active'),
      ),
      eb.exists(
        eb
          .selectFrom('tokens')
          .select('tokens.tokenId')
          .whereRef('tokens.userId', '=', 'users.userId'),
      ),
    ]);
    const { text, enabled, method, mode, smsDirection, group, source, reach } = filter;
    return eb.and([
      ...(text === undefined || text === ''
        ? []
        : [sql<boolean>`search like ${likeText(text)} escape '\\'`]),
      ...(enabled === undefined ? [] : [eb('users.enabled', '=', enabled ? 1 : 0)]),
      ...(method === undefined ? [] : [eb('users.method', '=', method)]),
      ...(mode === undefined
        ? []
        : [
            eb.or(
              methodsWithMode.map((name) =>
                eb.and([eb('users.method', '=', name), eb(`users.${modeOf[name]}`, '=', mode)]),
              ),
            ),
          ]),
      ...(smsDirection === undefined ? [] : [eb('users.smsDirection', '=', smsDirection)]),
      ...(group === undefined ? [] : [eb('users.userGroup', '=', group)]),
      ...(reach?.groups === undefined ? [] : [eb('users.userGroup', 'in', [...reach.groups])]),
      ...(source === undefined ? [] : [eb('users.source', '=', source)]),
      ...(filter.blocked === undefined ? [] : [filter.blocked ? hasBlock : eb.not(hasBlock)]),
      ...(filter.unregistered === undefined
        ? []
        : [filter.unregistered ? eb.not(isRegistered) : isRegistered]),
    ]);
  };
