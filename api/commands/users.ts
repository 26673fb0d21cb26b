import { Rejected } from '../../domain/errors.ts';
import type { EventData } from '../../domain/events.ts';
import type { PhoneSlot } from '../../domain/events/attempts.ts';
import { preferenceNames } from '../../domain/methods.ts';
import { fraudReportStream, userStream } from '../../domain/ids.ts';
import type { Changed } from '../../domain/inputs.ts';
import { formatPhone, maskPhone, parsePhone } from '../../domain/phone.ts';
import { userKey } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { reviewUpdate } from '../../workflows/contracts.ts';
import type { Caller, Commands, NewUser, UserChanges } from '../facade.ts';
import { defined, originOf, shown, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

const maxUsername = 256;

type UserCommands = Pick<
  Commands,
  | 'addUser'
  | 'updateUser'
  | 'setUserEnabled'
  | 'removeUser'
  | 'blockUser'
  | 'unblockUser'
  | 'unlockUser'
  | 'reviewFraud'
  | 'removeDevice'
  | 'assignOathToken'
  | 'removeOathToken'
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
      defined({
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

  const userIdOf = async (username: string): Promise<string> => {
    const row = await context.views.reader
      .selectFrom('users')
      .select('userId')
      .where('name', '=', canonicalName(username))
      .executeTakeFirst();
    if (!row) throw new Rejected('notFound', 'there is no such user');
    return row.userId;
  };

  const sealFor = (userId: string) => async (field: string, text: string | undefined) =>
    text === undefined || text === ''
      ? undefined
      : await secrets.seal({ owner: userKey(userId), stream: userStream(userId), field }, text);

  const phoneData = async (
    userId: string,
    which: PhoneSlot,
    text: string | undefined,
  ): Promise<readonly EventData['UserPhoneChanged'][]> => {
    if (text === undefined) return [];
    if (text === '') return [{ which, masked: '' }];
    const field = which === 'primary' ? 'phone' : 'backupPhone';
    const phone = parsePhone(text);
    if (!phone)
      throw new Rejected('invalid', `${field}: write it as +CC number, for example +1 5552580147`);
    const sealed = await sealFor(userId)(field, formatPhone(phone));
    const phoneKey = secrets.hash('phone', `${phone.countryCode}${phone.number}`);
    return [{ which, masked: maskPhone(phone), ...(sealed ? { phone: sealed, phoneKey } : {}) }];
  };

  const phonesOf = async (userId: string, user: Pick<NewUser, 'phone' | 'backupPhone'>) => [
    ...(await phoneData(userId, 'primary', user.phone)),
    ...(await phoneData(userId, 'backup', user.backupPhone)),
  ];

  const names = async (
    userId: string,
    user: Pick<
      NewUser,
      'firstName' | 'lastName' | 'email' | 'group' | 'description' | 'uniqueIdentifier'
    >,
  ) => {
    const seal = sealFor(userId);
    return defined({
      firstName: await seal('firstName', user.firstName),
      lastName: await seal('lastName', user.lastName),
      email: await seal('email', user.email),
      group: user.group,
      description: user.description,
      uniqueIdentifier: user.uniqueIdentifier,
    });
  };

  return {
    async addUser(caller, user) {
      const username = user.username.trim();
      if (username.length === 0 || username.length > maxUsername)
        throw new Rejected('invalid', `username: 1 to ${maxUsername} characters`);
      const userId = newId();
      const {
        description: _description,
        uniqueIdentifier: _id,
        ...known
      } = await names(userId, user);
      const data = {
        username: (await sealFor(userId)('username', username))!,
        usernameKey: secrets.hash('username', canonicalName(username)),
        ...known,
        enabled: user.enabled ?? true,
        method: user.method ?? 'app',
        appMode: user.appMode ?? 'standard',
        objectId: newGuid(),
        source: 'manual',
      } as const;
      const command: UserCommand = {
        type: 'add',
        data,
        phones: await phonesOf(userId, user),
        preferences: preferencesOf(user),
      };
      await change(caller, { username }, command, userId);
      return { userId };
    },

    async updateUser(caller, username, changes: UserChanges) {
      const userId = await userIdOf(username);
      const command: UserCommand = {
        type: 'update',
        data: await names(userId, changes),
        method: defined({ method: changes.method, appMode: changes.appMode }),
        phones: await phonesOf(userId, changes),
        preferences: preferencesOf(changes),
      };
      await change(caller, { userId }, command);
    },

    async setUserEnabled(caller, username, enabled) {
      await change(caller, { username }, { type: 'setEnabled', enabled });
    },

    async removeUser(caller, username) {
      await change(caller, { username }, { type: 'remove' });
    },

    async blockUser(caller, username, { reason, days }) {
      const command = defined({ type: 'block' as const, blockId: newId(), reason, days });
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

    async assignOathToken(caller, username, token) {
      const userId = await userIdOf(username);
      const tokenId = newId();
      const secret =
        token.secret === undefined ? context.newOathSecret() : spelled(context, token.secret);
      const serial = token.serial ?? `CS${tokenId.slice(-10)}`;
      const digits = token.digits ?? 6;
      const periodSeconds = token.periodSeconds ?? 30;
      const sealed = await sealFor(userId)('secret', secret);
      await change(
        caller,
        { userId },
        {
          type: 'assignToken',
          data: { tokenId, serial, secret: sealed!, digits, periodSeconds },
        },
      );
      if (token.secret !== undefined) return { tokenId, serial };
      const label = encodeURIComponent(`Countersign:${username}`);
      const parameters = new URLSearchParams({
        secret: secret.toUpperCase(),
        issuer: 'Countersign',
        algorithm: 'SHA1',
        digits: String(digits),
        period: String(periodSeconds),
      });
      return {
        tokenId,
        serial,
        secret,
        otpauth: `otpauth://totp/${label}?${parameters.toString()}`,
      };
    },

    async removeOathToken(caller, username, tokenId) {
      await change(caller, { username }, { type: 'disableToken', tokenId });
    },
  };
};

const preferencesOf = (user: UserChanges): EventData['UserPreferencesChanged'] =>
  Object.fromEntries(
    preferenceNames.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])),
  );

const minSecretBytes = 10;
const maxSecretLength = 128;

/** A secret as vendors write it. Its text never stands in an error. */
const spelled = ({ decodeBase32 }: CommandContext, secret: string): string => {
  const fault = new Rejected(
    'invalid',
    `secret: base32, at least ${minSecretBytes * 8} bits, at most ${maxSecretLength} characters`,
  );
  if (secret.length > maxSecretLength) throw fault;
  try {
    if (decodeBase32(secret).length >= minSecretBytes) return secret;
  } catch {
    throw fault;
  }
  throw fault;
};
