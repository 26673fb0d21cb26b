import { Rejected } from '../../domain/errors.ts';
import type { EventData } from '../../domain/events.ts';
import type { PhoneSlot } from '../../domain/events/attempts.ts';
import { preferenceNames } from '../../domain/methods.ts';
import { fraudReportStream } from '../../domain/ids.ts';
import type { Changed } from '../../domain/inputs.ts';
import { present } from '../../domain/present.ts';
import { sealedNames, sealedPhone, type PersonSealer } from '../../domain/sealing.ts';
import { canonicalName } from '../../domain/username.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { reviewUpdate } from '../../workflows/contracts.ts';
import type { Caller, Commands, NewUser, UserChanges } from '../facade.ts';
import { originOf, shown, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';
import { sealForUser, userIdOf } from './person.ts';

const maxUsername = 256;

type UserCommands = Pick<
  Commands,
  | 'addUser'
  | 'updateUser'
  | 'resetRegistration'
  | 'setUserEnabled'
  | 'removeUser'
  | 'blockUser'
  | 'unblockUser'
  | 'unlockUser'
  | 'reviewFraud'
  | 'removeDevice'
>;

/** Runs one change of a person and waits until the views show it, so that callers read their own writes. */
export const userChanger =
  (context: CommandContext) =>
  async (
    caller: Caller,
    who: { readonly username: string } | { readonly userId: string },
    command: UserCommand,
    newUserId?: string,
  ): Promise<Changed> => {
    const id = context.newId();
    const changed = await context.engine.execute(
      'change',
      `change-${id}`,
      present({
        kind: 'user' as const,
        who:
          'userId' in who
            ? who
            : { usernameKey: context.secrets.hash('username', canonicalName(who.username)) },
        newUserId,
        command,
        origin: await originOf(context, caller, id),
      }),
    );
    await shown(context, changed.position);
    return changed;
  };

export const userCommands = (context: CommandContext): UserCommands => {
  const { secrets, newId, newGuid } = context;
  const change = userChanger(context);

  const sealerFor = (userId: string): PersonSealer => ({
    seal: (field, text) => sealForUser(context, userId, field, text),
    phoneKey: (digits) => secrets.hash('phone', digits),
  });

  const phonesOf = async (userId: string, user: Pick<NewUser, 'phone' | 'backupPhone'>) => {
    const { phone, backupPhone } = user;
    if (phone === undefined && backupPhone === undefined) return [];
    const { defaultCountryCode } = await context.queries.getSettings();
    const read = (which: PhoneSlot, text: string) =>
      sealedPhone(which, text, sealerFor(userId), String(defaultCountryCode));
    return [
      ...(phone === undefined ? [] : [await read('primary', phone)]),
      ...(backupPhone === undefined ? [] : [await read('backup', backupPhone)]),
    ];
  };

  return {
    async addUser(caller, user) {
      const username = user.username.trim();
      if (username.length === 0 || username.length > maxUsername)
        throw new Rejected('invalid', `username: 1 to ${maxUsername} characters`);
      const userId = newId();
      const sealer = sealerFor(userId);
      const { group, enabled, method, appMode, description, uniqueIdentifier } = user;
      const command: UserCommand = {
        type: 'add',
        data: present({
          username: await sealer.seal('username', username),
          usernameKey: secrets.hash('username', canonicalName(username)),
          ...(await sealedNames(withoutEmpty(user), sealer)),
          group,
          enabled,
          method,
          appMode,
          objectId: newGuid(),
          source: 'manual' as const,
        }),
        details: withoutEmpty({ description, uniqueIdentifier }),
        phones: (await phonesOf(userId, user)).filter(({ phone }) => phone !== undefined),
        preferences: preferencesOf(user),
      };
      await change(caller, { username }, command, userId);
      return { userId };
    },

    async updateUser(caller, username, changes, expectedVersion) {
      const userId = await userIdOf(context, username);
      const { group, description, uniqueIdentifier, method, appMode } = changes;
      const { enabled, overrides, clearOverrides } = changes;
      const command: UserCommand = present({
        type: 'update' as const,
        data: {
          ...(await sealedNames(changes, sealerFor(userId))),
          ...present({ group, description, uniqueIdentifier }),
        },
        method: present({ method, appMode }),
        phones: await phonesOf(userId, changes),
        preferences: preferencesOf(changes),
        enabled,
        overrides,
        clearOverrides,
        expectedVersion,
      });
      await change(caller, { userId }, command);
    },

    async resetRegistration(caller, username) {
      await change(caller, { username }, { type: 'resetRegistration' });
    },

    async setUserEnabled(caller, username, enabled) {
      await change(caller, { username }, { type: 'setEnabled', enabled });
    },

    async removeUser(caller, username) {
      await change(caller, { username }, { type: 'remove' });
    },

    async blockUser(caller, username, { reason, days }) {
      const command = present({ type: 'block' as const, blockId: newId(), reason, days });
      const { result } = await change(caller, { username }, command);
      return { blockId: result['blockId']!, until: result['until']! };
    },

    async unblockUser(caller, username, reason) {
      await change(caller, { username }, { type: 'unblock', reason });
    },

    async unlockUser(caller, username, reason) {
      await change(caller, { username }, { type: 'unlock', reason });
    },

    async reviewFraud(caller, requestId, review) {
      const origin = await originOf(context, caller, requestId);
      try {
        await context.engine.update(fraudReportStream(requestId), reviewUpdate, newGuid(), {
          ...review,
          origin,
        });
      } catch (error) {
        throw error instanceof NotRunning
          ? new Rejected('notFound', 'there is no open fraud report of this request')
          : error;
      }
      await shown(context, await context.events.head());
    },

    async removeDevice(caller, username, deviceId) {
      await change(caller, { username }, { type: 'removeDevice', deviceId, reason: 'removed' });
    },
  };
};

const preferencesOf = (user: UserChanges): EventData['UserPreferencesChanged'] =>
  Object.fromEntries(
    preferenceNames.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])),
  );

/** What is empty says nothing of somebody new. */
const withoutEmpty = <T extends object>(fields: T) =>
  present(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a subset of the same fields
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as T,
  );
