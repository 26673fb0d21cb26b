import { setTimeout as pause } from 'node:timers/promises';
import { followEvents } from './events.ts';
import { isTransient, Unreachable } from './faults.ts';
import { valuesOf } from './lines.ts';
import { operations } from './operations.ts';
import { sender, type AnyInput, type ClientOptions } from './send.ts';
import type {
  Arguments,
  Body,
  CallOptions,
  Input,
  JsonName,
  LinesName,
  ListName,
  OperationName,
  Reply,
  Row,
  TextName,
  WaitingName,
} from './types.ts';

export { CallRefused, isTransient, Unreachable, type Problem } from './faults.ts';
export type { Upload } from './operation.ts';
export { operations } from './operations.ts';
export type { ClientOptions } from './send.ts';
export type { Body, Input, ListName, OperationName, Path, Query, Reply, Row } from './types.ts';

/** The largest page that the interface gives. */
const pageSize = 500;
/** Longest wait of one long poll. */
const waitSeconds = 30;
const retryMs = 1_000;
const defaultPollMs = 15 * 60_000;

/** Nobody but the caller can bring it further: it has ended, or waits for a code. */
const isOver = ({ state }: Pick<Reply<'createAuthentication'>, 'state'>): boolean =>
  !['challenging', 'awaiting-user', 'awaiting-approval', 'joined'].includes(state);

/** Every input is one of this, said less precisely. */
const erased = (input: unknown): AnyInput => input ?? {};

/**
 * A client of the REST interface whose calls are checked against its description: an operation that does not exist, a
 * wrong field or a missing one does not compile.
 */
export const countersign = (options: ClientOptions) => {
  const send = sender(options);

  const call = async <Name extends JsonName>(
    name: Name,
    ...[input]: Arguments<Name>
  ): Promise<Reply<Name>> => {
    const response = await send(operations[name], erased(input));
    const text = await response.text().catch((cause: unknown) => {
      throw new Unreachable('the answer broke off', cause);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server parses each reply by the schema that this type was made from
    return (text === '' ? undefined : JSON.parse(text)) as Reply<Name>;
  };
  const erasedCall = async (name: OperationName, input: AnyInput): Promise<unknown> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the callers below have checked names and inputs
    await (call as (name: OperationName, input: AnyInput) => Promise<unknown>)(name, input);

  /**
   * Asks until `isDone`, each time for as long as the server lets a call wait, over broken connections and restarts.
   * `next` gives query fields for the next time, as `since` where an operation has it.
   * @returns the last answer, also where `forMs` (15 min) are over first
   */
  const poll = async <Name extends WaitingName>(
    name: Name,
    input: Input<Name>,
    isDone: (reply: Reply<Name>) => boolean,
    { forMs = defaultPollMs, next }: PollOptions<Name> = {},
  ): Promise<Reply<Name>> => {
    const until = performance.now() + forMs;
    let { query, ...rest } = erased(input);
    for (;;) {
      const leftSeconds = Math.floor((until - performance.now()) / 1000);
      try {
        const wait = Math.max(0, Math.min(waitSeconds, leftSeconds));
        const asked = { ...rest, query: { wait, ...query } };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in call()
        const reply = (await erasedCall(name, asked)) as Reply<Name>;
        if (isDone(reply) || leftSeconds <= 0) return reply;
        query = { ...query, ...next?.(reply) };
      } catch (error) {
        if (!isTransient(error) || leftSeconds <= 0) throw error;
        await pause(retryMs);
      }
    }
  };

  return {
    poll,

    /**
     * Asks a person to verify and waits for the end, or for the state `awaiting-code`, after which `submitCode` goes on.
     * @returns how it ended: `approved` and `skipped` let the person in
     */
    async verify(
      body: Body<'createAuthentication'>,
      more: CallOptions & { readonly onNumber?: (digits: string) => void } = {},
    ): Promise<Reply<'createAuthentication'>> {
      const { onNumber, ...rest } = more;
      const asked = await call('createAuthentication', { ...rest, body });
      if (asked.displayNumber !== undefined) onNumber?.(asked.displayNumber);
      if (isOver(asked)) return asked;
      return await poll('getAuthentication', { ...rest, path: { id: asked.requestId } }, isOver);
    },

    /** One call and its answer. @throws {CallRefused} @throws {Unreachable} */
    call,

    /** Rows of a list, page by page, `limit` at most. */
    async *rows<Name extends ListName>(
      name: Name,
      input: Input<Name>,
      limit: number,
    ): AsyncGenerator<Row<Name>> {
      const { query, ...rest } = erased(input);
      let left = limit;
      let cursor: string | undefined;
      do {
        const paged = { ...query, limit: Math.min(left, pageSize), cursor };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what makes a list a list
        const page = (await erasedCall(name, { ...rest, query: paged })) as {
          readonly items: readonly Row<Name>[];
          readonly nextCursor?: string;
        };
        yield* page.items;
        left -= page.items.length;
        cursor = page.nextCursor;
      } while (cursor !== undefined && left > 0);
    },

    /** Values of an answer that comes a line at a time. @throws {CallRefused} also from its last line */
    async *lines<Name extends LinesName>(
      name: Name,
      ...[input]: Arguments<Name>
    ): AsyncGenerator<Reply<Name>> {
      const response = await send(operations[name], erased(input));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in call()
      for await (const value of valuesOf(response)) yield value as Reply<Name>;
    },

    /** A file, bit by bit. */
    async *file<Name extends TextName>(
      name: Name,
      ...[input]: Arguments<Name>
    ): AsyncGenerator<Uint8Array> {
      const { body } = await send(operations[name], erased(input));
      yield* body ?? [];
    },

    /** The log as it grows, without gap or repetition, until the signal ends it. */
    events: (feed: Input<'followEvents'> = {}): AsyncGenerator<Reply<'followEvents'>> =>
      followEvents(
        send,
        async () => (await call('listEvents', { query: { limit: 1 } })).newest,
        feed,
      ),
  };
};
export type Client = ReturnType<typeof countersign>;

export type PollOptions<Name extends WaitingName> = {
  readonly forMs?: number;
  readonly next?: (reply: Reply<Name>) => NonNullable<AnyInput['query']>;
};
