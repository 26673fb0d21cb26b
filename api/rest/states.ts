import { z } from 'zod';
import { Unavailable, type Facade } from '../facade.ts';
import type { AuditingDoor, Moment, StateView } from '../facade/auditing.ts';
import type { Queries } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { progressLines } from './progressLines.ts';
import { lineRoute, route, type Operation } from './route.ts';

const stateReply = z.object({
  stateId: z.string(),
  position: z.int().meta({ description: 'The newest event that it shows.' }),
  asOf: field.instant,
  expiresAt: field.instant.meta({ description: 'Unless it is read meanwhile.' }),
});
const progressLine = z.object({ done: z.int(), total: z.int() });
const madeLine = z.object({ state: stateReply });
const differenceReply = z.object({
  kind: z.string().meta({ description: 'user, block, bypass, setting … or a kind of item.' }),
  id: z.string(),
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  fields: z
    .array(
      z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() }),
    )
    .readonly(),
});
export type StateReply = z.output<typeof stateReply>;
export type StateLine = z.output<typeof progressLine> | z.output<typeof madeLine>;
export type DifferenceReply = z.output<typeof differenceReply>;

/** The newest progress every so often, and then the state. */
async function* linesOf(
  make: (onProgress: (done: number, total: number) => void) => Promise<StateView>,
): AsyncGenerator<StateLine> {
  for await (const line of progressLines(make))
    yield 'report' in line ? { state: line.report } : line;
}

const tag = 'audit';
const instant = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString());

const momentOf = (body: { until?: string | undefined; at?: number | undefined }): Moment => {
  if (body.until !== undefined && body.at === undefined) return { until: body.until };
  if (body.at !== undefined && body.until === undefined) return { at: body.at };
  throw new Problem(400, 'BAD_REQUEST', 'Give either until or at.');
};

/** Lists of the live system that a past state answers in the same words. */
const isReading = ({ kind, method, path, orStream }: Operation): boolean =>
  kind === 'json' &&
  method === 'get' &&
  orStream === undefined &&
  /^\/(users|blocks|bypasses|authentications|settings|configuration|service-accounts|approvals|tokens)(\/|$)/.test(
    path,
  );

const gone = (): Problem =>
  new Problem(404, 'NOT_FOUND', 'There is no such state, or not any more: make it again.');

/**
 * Everything as it was at a past moment, and what differs between two.
 * @param operationsOf what a facade offers, for the facade of a past state
 */
export const states = (
  { auditing }: Facade,
  live: readonly Operation[],
  operationsOf: (facade: Facade) => readonly Operation[],
): readonly Operation[] => {
  const door = (): AuditingDoor => {
    if (!auditing) throw new Unavailable('this process makes no past states');
    return auditing;
  };

  const made = new WeakMap<Queries, ReadonlyMap<string, Operation>>();
  const operationsAsOf = (queries: Queries): ReadonlyMap<string, Operation> => {
    const known = made.get(queries);
    if (known) return known;
    // Nothing that is read there gives an order.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- orders are not among the operations that are kept
    const facade = { queries, commands: {} } as Facade;
    const all = new Map(
      operationsOf(facade)
        .filter(isReading)
        .map((operation) => [operation.id, operation]),
    );
    made.set(queries, all);
    return all;
  };

  const asOf = (operation: Operation): Operation => ({
    ...operation,
    kind: 'json',
    path: `/audit/states/{stateId}${operation.path}`,
    id: `${operation.id}AsOf`,
    summary: `${operation.summary}, as it was then`,
    tag,
    schemas: {
      ...operation.schemas,
      params: z.strictObject({ stateId: field.id, ...operation.schemas.params.shape }),
    },
    async answer(call) {
      const read = z.looseObject({ stateId: field.id }).safeParse(call.params);
      if (!read.success) throw gone();
      const { stateId, ...params } = read.data;
      const queries = door().stateQueries(stateId);
      const then = queries && operationsAsOf(queries).get(operation.id);
      if (then?.kind !== 'json') throw gone();
      return await then.answer({ ...call, params });
    },
  });

  const one = z.strictObject({ stateId: field.id });
  return [
    lineRoute({
      method: 'post',
      path: '/audit/states',
      id: 'makeState',
      summary:
        'Make everything anew as it was at an instant or a position; answers progress lines and then the state',
      tag,
      scope: 'events.read',
      body: z.strictObject({
        until: instant.optional(),
        at: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      }),
      line: z.union([madeLine, progressLine]),
      async *run({ body, caller, signal }) {
        const moment = momentOf(body);
        yield* linesOf((onProgress) => door().makeState(caller, moment, onProgress, signal));
      },
    }),
    route({
      method: 'get',
      path: '/audit/states',
      id: 'listStates',
      summary: 'Past states that can be read at present',
      tag,
      scope: 'events.read',
      replies: { 200: z.object({ items: z.array(stateReply).readonly() }) },
      run: async (_call, reply) => reply(200, { items: door().listStates() }),
    }),
    route({
      method: 'delete',
      path: '/audit/states/{stateId}',
      id: 'dropState',
      summary: 'Remove a past state; the log stays',
      tag,
      scope: 'events.read',
      params: one,
      replies: { 204: field.noContent },
      async run({ params }, reply) {
        if (!(await door().dropState(params.stateId))) throw gone();
        return reply(204, undefined);
      },
    }),
    route({
      method: 'get',
      path: '/audit/states/{stateId}/differences',
      id: 'listDifferences',
      summary: 'What differs between this state and another one, or now',
      tag,
      scope: 'settings.read',
      params: one,
      query: z.strictObject({
        to: field.id.optional().meta({ description: 'Another state; now where absent.' }),
      }),
      replies: { 200: z.object({ items: z.array(differenceReply).readonly() }) },
      async run({ params, query }, reply) {
        const items = await door().differences(params.stateId, query.to ?? 'now');
        return reply(200, { items });
      },
    }),
    ...live.filter(isReading).map(asOf),
  ];
};
