import { openDoors } from '../../../domain/failOpen.ts';
import { defaultSettings } from '../../../domain/settings.ts';
import { createMonitor } from '../../../api/radius/monitor.ts';
import type { Queries } from '../../../api/facade.ts';
import { fakeApiClientQueries } from './fakeApiClients.ts';
import { fakeEventQueries } from './fakeEvents.ts';
import { fakeWebhookQueries } from './fakeWebhooks.ts';
import { fakeExemptionQueries } from './fakeExemptions.ts';
import { fakeApprovalQueries } from './fakeApprovals.ts';
import { fakeItemQueries } from './fakeItems.ts';
import { fakeMailQueries } from './fakeMail.ts';
import { fakeTokenQueries } from './fakeTokens.ts';
import { fakeUserQueries } from './fakeUsers.ts';
import { at, type FakeWorld } from './fakeWorld.ts';

const never = (): never => {
  throw new TypeError('REST does not call this');
};
const page = <Row>(rows: readonly Row[], paging: { limit?: number; cursor?: string }) => {
  const from = Number(paging.cursor ?? 0);
  const to = from + (paging.limit ?? 50);
  return {
    rows: rows.slice(from, to),
    ...(to < rows.length ? { nextCursor: String(to) } : {}),
  };
};

/** Reads of a world in memory. */
export const fakeQueries = (world: FakeWorld): Queries => {
  const { users, requests, accounts, calls, wait } = world;
  return {
    findUser: async (username) => users.get(username.toLowerCase()),
    listUsers: async (filter, paging) =>
      page(
        [...users.values()].filter(
          (row) =>
            (filter.text === undefined || row.username.includes(filter.text)) &&
            (filter.reach?.groups?.includes(row.group) ?? true) &&
            (filter.enabled === undefined || row.enabled === filter.enabled) &&
            (filter.method === undefined || row.method === filter.method),
        ),
        paging,
      ),
    getRequest: async (requestId) => requests.get(requestId)?.view,
    async awaitRequest(requestId, _since, { waitMs }) {
      const found = requests.get(requestId);
      if (found) await wait(found, waitMs);
      return found?.view;
    },
    listRequests: async (filter, paging) =>
      page(
        [...requests.values()]
          .map(({ view }) => view)
          .filter(
            ({ username, state, application, code }) =>
              (filter.code ?? code) === code &&
              (filter.username ?? username) === username &&
              (filter.state ?? state) === state &&
              (filter.reach?.applications?.includes(application) ?? true) &&
              (filter.reach?.groups?.includes(users.get(username)?.group ?? '') ?? true),
          ),
        paging,
      ),
    listBlocks: async (filter, paging) =>
      page(
        [...users.values()].flatMap(({ userId, username, group, blocked }) =>
          blocked &&
          (filter.username ?? username) === username &&
          (filter.reach?.groups?.includes(group) ?? true)
            ? [{ ...blocked, userId, username, flag: 'none' as const, at }]
            : [],
        ),
        paging,
      ),
    auditLog: async (filter, paging) =>
      page(
        calls
          .map(({ name, caller }, index) => ({
            position: index + 1,
            at,
            type: name,
            actor: `${caller.actor.kind} ${caller.actor.id}`,
            subject: '',
            channel: 'rest',
            address: caller.address ?? '',
            requestId: '',
            summary: `${name} was called`,
          }))
          .filter(({ type }) => (filter.type ?? type) === type),
        paging,
      ),
    async explain(requestId) {
      const found = requests.get(requestId);
      if (!found) return undefined;
      const line = { at, actor: 'device D1', subject: found.view.username, channel: 'rest' };
      return {
        requestId,
        workflowId: `authentication-${requestId}`,
        runs: [{ runId: 'R1', status: 'COMPLETED', startedAt: at }],
        events: [
          {
            ...line,
            position: 1,
            type: 'AuthenticationRequested',
            address: '127.0.0.1',
            requestId,
            summary: 'asked by VPN',
            data: { application: found.view.application },
          },
          {
            ...line,
            at: '2026-11-22T10:00:02.500Z',
            position: 2,
            type: 'AuthenticationApproved',
            address: '',
            requestId,
            summary: 'approved on the phone',
            data: { code: 'APPROVED' },
          },
        ],
      };
    },
    listServiceAccounts: async () => [...accounts.values()],
    getSettings: async () => world.settings,
    warnings: async () =>
      openDoors({ ...defaultSettings, ...world.settings }).map((door) => ({
        ...door,
        by: 'system',
        at: '2026-11-22T10:00:00.000Z',
      })),
    canWrite: async () => true,
    readiness: async () => ({ ready: true, checks: { log: 'ok' } }),
    ...fakeApiClientQueries(world),
    ...fakeEventQueries(world),
    ...fakeUserQueries(world),
    ...fakeItemQueries(world),
    ...fakeApprovalQueries(world),
    ...fakeWebhookQueries(),
    ...fakeTokenQueries(),
    ...fakeMailQueries(),
    ...fakeExemptionQueries(world),
    pull: never,
    pushDetails: never,
    verifyServiceAccount: never,
    // The world in memory keeps no numbers apart: a description stands for one.
    ownersOfPhone: async (phone) =>
      [...users.values()].flatMap((user) => (user.description === phone ? [user.username] : [])),
    radiusStatus: () => createMonitor(Date.now).status(),
    radiusTrace: () => [],
  };
};
