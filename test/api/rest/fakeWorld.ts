import { callerIdOf } from '../../../api/commands/context.ts';
import type { FakeClient } from './fakeApiClients.ts';
import { randomUUID } from 'node:crypto';
import type {
  Attempt,
  AuthenticateInput,
  Caller,
  RequestView,
  UserView,
} from '../../../api/facade.ts';
import { Rejected } from '../../../domain/errors.ts';
import { outcomeOf, type ResultCode } from '../../../domain/results.ts';
import { defaultSettings } from '../../../domain/settings.ts';

export const at = '2026-11-22T10:00:00.000Z';
export const newId = (): string => randomUUID().replaceAll('-', '').toUpperCase();

type Open = { view: RequestView; key?: string; ended: Promise<void>; end: () => void };

export const attemptOf = ({ requestId, state, code, method, expiresAt }: RequestView): Attempt => ({
  requestId,
  state,
  ...(code ? { code } : {}),
  ...(method ? { method } : {}),
  ...(expiresAt ? { expiresAt } : {}),
});

/** Who and what exists before the facade in memory. */
export const fakeWorld = () => {
  const users = new Map<string, UserView>();
  const requests = new Map<string, Open>();
  const blocks = new Map<string, { blockId: string; reason: string; until: string }>();
  const clients = new Map<string, FakeClient>();
  const accounts = new Map<
    string,
    { accountId: string; name: string; groups: readonly string[] }
  >();
  /** Requests that somebody waits for. */
  const waiting = new Set<string>();
  const calls: { name: string; caller: Caller; args: readonly unknown[] }[] = [];
  const settings: Record<string, string | number | boolean> = { ...defaultSettings };
  /** What the next command throws. */
  let fault: unknown;

  const called = (name: string, caller: Caller, ...args: unknown[]): void => {
    calls.push({ name, caller, args });
    if (fault === undefined) return;
    const thrown = fault;
    fault = undefined;
    throw thrown;
  };
  const user = (username: string): UserView => {
    const found = users.get(username.toLowerCase());
    if (!found) throw new Rejected('notFound', 'there is no such user');
    return found;
  };
  const change = (username: string, changes: Partial<UserView>): void => {
    users.set(username.toLowerCase(), { ...user(username), ...changes, changedAt: at });
  };
  const request = (requestId: string): Open => {
    const found = requests.get(requestId);
    if (!found) throw new Rejected('notFound', 'there is no such request');
    return found;
  };
  const decide = (requestId: string, code: ResultCode): void => {
    const open = request(requestId);
    open.view = { ...open.view, ...outcomeOf(code), endedAt: at };
    open.end();
  };
  const wait = async (open: Open, waitMs: number): Promise<void> => {
    if (waitMs === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    const { requestId } = open.view;
    waiting.add(requestId);
    await Promise.race([open.ended, late]);
    waiting.delete(requestId);
    clearTimeout(timer);
  };
  const open = (caller: Caller, input: AuthenticateInput): Open => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const requestId = newId();
    const isTyping = users.get(input.username.toLowerCase())?.method === 'oath';
    const opened: Open = {
      view: {
        requestId,
        at,
        username: input.username,
        application: input.application,
        channel: 'rest',
        callerId: callerIdOf(caller),
        initiatingIp: input.initiatingIp ?? '',
        method: input.code === undefined ? 'app' : 'oath',
        state: isTyping ? 'awaiting-code' : 'awaiting-user',
        expiresAt: at,
        devices: [],
        ...(input.reference === undefined ? {} : { reference: input.reference }),
      },
      ended: promise,
      end: resolve,
      ...(input.idempotencyKey === undefined
        ? {}
        : { key: `${caller.actor.id} ${input.idempotencyKey}` }),
    };
    requests.set(requestId, opened);
    if (!users.has(input.username.toLowerCase()))
      decide(requestId, input.requireUserMatch ? 'USER_NOT_FOUND' : 'NOT_ENROLLED');
    else if (input.code !== undefined)
      decide(requestId, input.code === '123456' ? 'APPROVED' : 'WRONG_CODE');
    return opened;
  };

  return {
    users,
    requests,
    blocks,
    clients,
    accounts,
    waiting,
    calls,
    settings,
    tablesEqual: true,
    called,
    user,
    change,
    request,
    decide,
    wait,
    open,
    /** Makes the next command throw. */
    failWith: (error: unknown): void => {
      fault = error;
    },
  };
};
export type FakeWorld = ReturnType<typeof fakeWorld>;
