import { Rejected } from '../../../domain/errors.ts';
import { builtInPreferences } from '../../../domain/userDefaults.ts';
import type { Attempt, Caller, Commands, Facade, Queries, UserView } from '../../../api/facade.ts';

export type Asked = readonly [command: string, caller: Caller, ...input: unknown[]];

export const alice: UserView = {
  userId: 'U1',
  username: 'Alice@example.org',
  firstName: 'Alice',
  lastName: 'A',
  email: 'alice@example.org',
  group: 'Sales',
  enabled: true,
  method: 'app',
  appMode: 'standard',
  phone: '+1 XXXXXXX147 x12',
  backupPhone: '',
  devices: [
    {
      deviceId: 'D1',
      name: 'Phone',
      state: 'active',
      appVersion: '1',
      activatedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  tokens: [
    { tokenId: 'T1', serial: 'S-1', digits: 6, periodSeconds: 30, kind: 'totp', state: 'active' },
  ],
  description: '',
  uniqueIdentifier: '',
  source: 'manual',
  overrides: [],
  state: 'registered',
  version: 1,
  ...builtInPreferences,
  addedAt: '2026-01-01T00:00:00.000Z',
  changedAt: '2026-01-01T00:00:00.000Z',
};

export type FakeFacade = Facade & {
  readonly asked: Asked[];
  /** Answer of the next attempts, or what to throw. */
  attempt: Attempt | Error;
  users: readonly UserView[];
  writable: boolean;
  missingDevices: boolean;
};

const unused = (name: string | symbol): never => {
  throw new TypeError(`the fake has no ${String(name)}`);
};

/** Calls that nobody made up an answer for fail loudly. */
const only = <T extends object>(part: Partial<T>): T =>
  new Proxy(part, { get: (target, name) => Reflect.get(target, name) ?? unused(name) }) as T;

/** A facade of one user that writes down what it is asked. */
export const fakeFacade = (): FakeFacade => {
  const asked: Asked[] = [];
  const state = {
    attempt: { requestId: 'R1', state: 'approved', code: 'APPROVED', method: 'app' } as
      | Attempt
      | Error,
    users: [alice] as readonly UserView[],
    writable: true,
    missingDevices: false,
  };
  const find = (username: string): UserView | undefined =>
    state.users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  const changed =
    (name: string) =>
    async (caller: Caller, username: string, ...rest: unknown[]) => {
      asked.push([name, caller, username, ...rest]);
      if (find(username) === undefined) throw new Rejected('notFound', 'no such user');
    };
  const attempted =
    (name: string) =>
    async (caller: Caller, ...input: unknown[]) => {
      asked.push([name, caller, ...input]);
      if (state.attempt instanceof Error) throw state.attempt;
      return state.attempt;
    };
  const commands: Partial<Commands> = {
    authenticate: attempted('authenticate'),
    submitCode: attempted('submitCode'),
    addUser: async (caller, user) => {
      asked.push(['addUser', caller, user]);
      if (find(user.username) !== undefined) throw new Rejected('alreadyExists', 'user exists');
      return { userId: 'U2' };
    },
    updateUser: changed('updateUser'),
    setUserEnabled: changed('setUserEnabled'),
    removeUser: changed('removeUser'),
    exportPerson: async (caller, username) => {
      await changed('exportPerson')(caller, username);
      return { format: 'countersign-personal-data-1', exportedAt: alice.addedAt, people: [] };
    },
    erasePerson: async (caller, username, reason) => {
      await changed('erasePerson')(caller, username, reason);
      return { userIds: ['U1'] };
    },
    removeDevice: async (caller, username, deviceId) => {
      await changed('removeDevice')(caller, username, deviceId);
      if (state.missingDevices) throw new Rejected('notFound', 'no such device');
    },
    assignOathToken: async (caller, username, token) => {
      await changed('assignOathToken')(caller, username, token);
      return { tokenId: 'T2', serial: token.serial ?? 'S-2' };
    },
    createBypass: async (caller, username, bypass) => {
      await changed('createBypass')(caller, username, bypass);
      return { bypassId: 'B1', until: '2026-01-01T00:05:00.000Z' };
    },
    setPin: async (caller, username, pin) => {
      await changed('setPin')(caller, username, pin);
      if (pin.pin.length < 4) throw new Rejected('invalid', 'pin: too short');
    },
    createActivation: async (caller, username) => {
      await changed('createActivation')(caller, username);
      return {
        activationId: 'A1',
        code: '123456789',
        url: 'https://m.example.org/s',
        link: 'phonefactor://x',
        expiresAt: '',
      };
    },
  };
  const queries: Partial<Queries> = {
    findUser: async (username) => find(username),
    canWrite: async () => state.writable,
    listUsers: async (filter, { limit = 100, cursor = '0' }) => {
      const rows = state.users.filter(
        ({ enabled, method }) =>
          (filter.enabled ?? enabled) === enabled && (filter.method ?? method) === method,
      );
      const end = Number(cursor) + limit;
      const page = rows.slice(Number(cursor), end);
      return end < rows.length ? { rows: page, nextCursor: String(end) } : { rows: page };
    },
  };
  return Object.assign(state, { asked, commands: only(commands), queries: only(queries) });
};
