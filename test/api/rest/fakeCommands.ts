import { randomBytes } from 'node:crypto';
import type { Commands } from '../../../api/facade.ts';
import { Rejected } from '../../../domain/errors.ts';
import { fakeApiClientCommands } from './fakeApiClients.ts';
import { fakeExemptionCommands } from './fakeExemptions.ts';
import { fakeMailCommands } from './fakeMail.ts';
import { fakePrivacyCommands } from './fakePrivacy.ts';
import { fakeApprovalCommands } from './fakeApprovals.ts';
import { fakeItemCommands } from './fakeItems.ts';
import { fakeWebhookCommands } from './fakeWebhooks.ts';
import { fakeTokenCommands } from './fakeTokens.ts';
import { fakeUserCommands, plainDetails } from './fakeUsers.ts';
import { at, attemptOf, newId, type FakeWorld } from './fakeWorld.ts';

const never = (): never => {
  throw new TypeError('REST does not call this');
};

/** Commands that change a world in memory, with the manners of the real ones. */
export const fakeCommands = (world: FakeWorld): Commands => {
  const { users, requests, blocks, accounts, called, user, change, request } = world;
  const { decide, wait, open } = world;
  return {
    async authenticate(caller, input, { waitMs }) {
      called('authenticate', caller, input, waitMs);
      const key = input.idempotencyKey && `${caller.actor.id} ${input.idempotencyKey}`;
      const earlier = key && [...requests.values()].find((there) => there.key === key);
      const attempt = earlier || open(caller, input);
      await wait(attempt, waitMs);
      const asks = attempt.view.state === 'awaiting-user' && input.numberMatch !== false;
      return { ...attemptOf(attempt.view), ...(asks ? { displayNumber: '42' } : {}) };
    },
    async submitCode(caller, requestId, code) {
      called('submitCode', caller, requestId, code);
      const { view } = request(requestId);
      if (view.endedAt) throw new Rejected('alreadyDecided', 'the request is over');
      if (code !== '123456') return { ...attemptOf(view), triesLeft: 2 };
      decide(requestId, 'APPROVED');
      return attemptOf(request(requestId).view);
    },
    async cancelAuthentication(caller, requestId) {
      called('cancelAuthentication', caller, requestId);
      if (request(requestId).view.endedAt)
        throw new Rejected('alreadyDecided', 'the request is over');
      decide(requestId, 'CALLER_GONE');
      return attemptOf(request(requestId).view);
    },
    async addUser(caller, added) {
      called('addUser', caller, added);
      if (users.has(added.username.toLowerCase()))
        throw new Rejected('alreadyExists', 'the username is taken');
      const userId = newId();
      users.set(added.username.toLowerCase(), {
        userId,
        firstName: '',
        lastName: '',
        email: '',
        group: '',
        enabled: true,
        method: 'app',
        appMode: 'standard',
        backupPhone: '',
        devices: [],
        tokens: [],
        addedAt: at,
        changedAt: at,
        ...plainDetails,
        ...added,
        phone: added.phone ? '+1 XXXXXXX147' : '',
      });
      return { userId };
    },
    async updateUser(caller, username, changes, expectedVersion) {
      called('updateUser', caller, username, changes);
      const { version } = user(username);
      if (expectedVersion !== undefined && expectedVersion !== version)
        throw new Rejected('conflict', `the current version is ${version}`);
      const { clearOverrides: _, ...fields } = changes;
      change(username, { ...fields, version: version + 1 });
    },
    async setUserEnabled(caller, username, enabled) {
      called('setUserEnabled', caller, username, enabled);
      change(username, { enabled, state: enabled ? 'registered' : 'disabled' });
    },
    async removeUser(caller, username) {
      called('removeUser', caller, username);
      users.delete(user(username).username.toLowerCase());
    },
    async blockUser(caller, username, block) {
      called('blockUser', caller, username, block);
      const blocked = blocks.get(user(username).userId) ?? {
        blockId: newId(),
        until: '2027-02-20T10:00:00.000Z',
        reason: block.reason,
      };
      blocks.set(user(username).userId, blocked);
      change(username, { blocked });
      return { blockId: blocked.blockId, until: blocked.until };
    },
    async unblockUser(caller, username, reason) {
      called('unblockUser', caller, username, reason);
      const { blocked: _, ...rest } = user(username);
      if (!blocks.delete(rest.userId)) throw new Rejected('notFound', 'the user is not blocked');
      users.set(username.toLowerCase(), rest);
    },
    async unlockUser(caller, username, reason) {
      called('unlockUser', caller, username, reason);
      user(username);
    },
    async reviewFraud(caller, requestId, review) {
      called('reviewFraud', caller, requestId, review);
      request(requestId);
    },
    async createActivation(caller, username) {
      called('createActivation', caller, username);
      user(username);
      const url = 'https://mfa.example.com/PA/abcdefghijklmnopqrstuv';
      const link = `phonefactor://activate_account?code=123456789&url=${encodeURIComponent(url)}`;
      return { activationId: newId(), code: '123456789', url, link, expiresAt: at };
    },
    async removeDevice(caller, username, deviceId) {
      called('removeDevice', caller, username, deviceId);
      if (!user(username).devices.some((device) => device.deviceId === deviceId))
        throw new Rejected('notFound', 'there is no such device');
      change(username, { devices: [] });
    },
    ...fakeTokenCommands(world),
    ...fakeMailCommands(world),
    ...fakePrivacyCommands(world),
    ...fakeExemptionCommands(world),
    async addServiceAccount(caller, account) {
      called('addServiceAccount', caller, account);
      accounts.set(account.name, {
        accountId: newId(),
        name: account.name,
        groups: account.groups ?? ['PhoneFactor Admins'],
      });
      return { username: account.name, password: randomBytes(24).toString('base64url') };
    },
    async removeServiceAccount(caller, name) {
      called('removeServiceAccount', caller, name);
      if (!accounts.delete(name)) throw new Rejected('notFound', 'there is no such account');
    },
    ...fakeApiClientCommands(world),
    async changeSettings(caller, changes, seen) {
      called('changeSettings', caller, changes);
      if (seen && Object.entries(world.settings).some(([name, value]) => seen[name] !== value))
        throw new Rejected('conflict', 'somebody else has changed the settings meanwhile');
      world.settings = { ...world.settings, ...changes };
    },
    async rebuildViews(caller, onProgress) {
      called('rebuildViews', caller);
      onProgress(3, 7);
      return {
        position: 7,
        events: 7,
        tables: [{ name: 'users', rows: users.size, equal: world.tablesEqual }],
      };
    },
    ...fakeUserCommands(world),
    ...fakeItemCommands(world),
    ...fakeApprovalCommands(world),
    ...fakeWebhookCommands(world),
    beginActivation: never,
    validateDevice: never,
    confirmActivation: never,
    answerPush: never,
    changeDeviceToken: never,
    callEvent: never,
    textReceived: never,
    issuePermit: never,
    async findAttempt(caller, idempotencyKey) {
      const key = `${caller.actor.id} ${idempotencyKey}`;
      const found = [...requests.values()].find((there) => there.key === key);
      return found && attemptOf(found.view);
    },
    awaitAttempt: never,
    firstTold: never,
    noteOf: never,
    issueTicket: never,
    submitTicket: never,
    recordAccounting: never,
    secureRadiusClient: never,
    recordDrops: never,
    doubtRadiusSecret: never,
    resetRadiusClient: async (caller, clientId) => called('resetRadiusClient', caller, clientId),
    traceRadiusClient: async (caller, clientId) => called('traceRadiusClient', caller, clientId),
  };
};
