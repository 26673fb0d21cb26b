import { Rejected } from '../../domain/errors.ts';
import type { Caller, Commands, Facade, Page, Paging, Queries } from '../facade.ts';
import type { Reach } from '../facade/apiClients.ts';
import { Problem } from './problem.ts';

const notFound = (what: string): Rejected => new Rejected('notFound', `there is no such ${what}`);

const beyond = (): never => {
  throw new Problem(
    403,
    'TOKEN_LIMITED',
    'This token is limited to some groups or applications; what this call does has no such limits.',
  );
};

/** Whatever is not among `known` refuses: a door that is added later is closed until somebody thinks about it. */
const onlyKnown = <T extends object>(known: Partial<T>): T =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the trap makes up for what is not there
  new Proxy(known, {
    get: (target, name) => (Reflect.has(target, name) ? Reflect.get(target, name) : beyond),
  }) as T;

/** Orders about one person, by name. */
const ofUser = [
  'setUserEnabled',
  'removeUser',
  'resetRegistration',
  'blockUser',
  'unblockUser',
  'unlockUser',
  'createActivation',
  'removeDevice',
  'createBypass',
  'revokeBypass',
  'setPin',
  'removePin',
  'clearCache',
  'assignOathToken',
  'removeOathToken',
  'activateToken',
  'resyncToken',
  'issueRecoveryCodes',
  'issueAccessPass',
  'revokeAccessPass',
  'setSecurityQuestions',
  'resetSecurityQuestions',
] as const satisfies readonly (keyof Commands)[];

/**
 * The two doors as a limited token sees them: people and logins beyond its reach do not exist, and what knows no such
 * limits is closed (spec/65 'Narrowing', statement 4).
 */
export const narrowed = (facade: Facade, reach: Reach): Facade => {
  const { commands, queries } = facade;
  const { groups, applications } = reach;

  const mustReachUser = async (username: string): Promise<void> => {
    if (!(await queries.reachesUser(reach, username))) throw notFound('user');
  };
  /** A view may lag behind a new login; then the command itself tells whose it is. */
  const mustReachRequest = async (requestId: string): Promise<void> => {
    if ((await queries.reachesRequest(reach, requestId)) === false) throw notFound('request');
  };
  const listed = async <Row>(
    paging: Paging,
    list: (paging: Paging) => Promise<Page<Row>>,
  ): Promise<Page<Row>> => {
    const { cursor: sealed, ...rest } = paging;
    const cursor = sealed === undefined ? undefined : queries.openCursor(sealed);
    if (sealed !== undefined && cursor === undefined)
      throw new Rejected('invalid', 'the cursor is not one of this list');
    const page = await list(cursor === undefined ? rest : { ...rest, cursor });
    const { rows, nextCursor } = page;
    return nextCursor === undefined ? page : { rows, nextCursor: queries.sealCursor(nextCursor) };
  };

  const logins: Partial<Queries> & Partial<Commands> = {
    async authenticate(caller, input, waiting) {
      if (applications !== undefined && !applications.includes(input.application))
        throw new Problem(
          403,
          'APPLICATION_NOT_ALLOWED',
          'This token is limited to other applications.',
        );
      await mustReachUser(input.username);
      return await commands.authenticate(caller, input, waiting);
    },
    async submitCode(caller, requestId, code) {
      await mustReachRequest(requestId);
      return await commands.submitCode(caller, requestId, code);
    },
    async cancelAuthentication(caller, requestId) {
      await mustReachRequest(requestId);
      return await commands.cancelAuthentication(caller, requestId);
    },
    async getRequest(requestId) {
      const reached = await queries.reachesRequest(reach, requestId);
      return reached === true ? await queries.getRequest(requestId) : undefined;
    },
    async awaitRequest(requestId, since, waiting) {
      const reached = await queries.reachesRequest(reach, requestId);
      return reached === true ? await queries.awaitRequest(requestId, since, waiting) : undefined;
    },
    listRequests: (filter, paging) =>
      listed(paging, (plain) => queries.listRequests({ ...filter, reach }, plain)),
  };

  const people = {
    async findUser(username) {
      return (await queries.reachesUser(reach, username))
        ? await queries.findUser(username)
        : undefined;
    },
    async spareCodes(username) {
      return (await queries.reachesUser(reach, username))
        ? await queries.spareCodes(username)
        : undefined;
    },
    listUsers: (filter, paging) =>
      listed(paging, (plain) => queries.listUsers({ ...filter, reach }, plain)),
    listBlocks: (filter, paging) =>
      listed(paging, (plain) => queries.listBlocks({ ...filter, reach }, plain)),
    listBypasses: (filter, paging) =>
      listed(paging, (plain) => queries.listBypasses({ ...filter, reach }, plain)),
  } satisfies Partial<Queries>;

  const guarded = Object.fromEntries(
    ofUser.map((name) => [
      name,
      async (caller: Caller, username: string, ...rest: readonly unknown[]) => {
        await mustReachUser(username);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all orders of this list begin alike
        const order = commands[name] as (...all: readonly unknown[]) => Promise<unknown>;
        return await order(caller, username, ...rest);
      },
    ]),
  );
  const orders: Partial<Commands> = {
    ...guarded,
    async updateUser(caller, username, changes, expectedVersion) {
      await mustReachUser(username);
      const { group } = changes;
      if (group !== undefined && groups !== undefined && !groups.includes(group)) beyond();
      await commands.updateUser(caller, username, changes, expectedVersion);
    },
    async reviewFraud(caller, requestId, review) {
      if ((await queries.reachesRequest(reach, requestId)) !== true) throw notFound('request');
      await commands.reviewFraud(caller, requestId, review);
    },
  };

  // A person has no application: who is limited to some of them reaches logins only.
  const known = applications === undefined ? { ...logins, ...people, ...orders } : logins;
  const shut = Object.entries(facade).map(([name, door]) => [
    name,
    typeof door === 'function' ? beyond : onlyKnown({}),
  ]);
  return {
    ...Object.fromEntries(shut),
    commands: onlyKnown<Commands>(known),
    queries: onlyKnown<Queries>({ ...known, readiness: () => queries.readiness() }),
  };
};
