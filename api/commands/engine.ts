import {
  ApplicationFailure,
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  WorkflowIdReusePolicy,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common';
import { Rejected, type RejectedKind } from '../../domain/errors.ts';
import { taskQueue, workflowTaskTimeout, type Workflows } from '../../workflows/contracts.ts';
import { Unavailable } from '../facade.ts';

/** No workflow of this id runs: it has ended, or never was. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** The workflow engine as commands see it: start, change, update, tell. Errors are the facade's own. */
export type Engine = {
  /** @returns false where a workflow of this id runs, or has run */
  start<T extends keyof Workflows>(
    type: T,
    workflowId: string,
    input: Parameters<Workflows[T]>[0],
    options?: { readonly again?: boolean; readonly withinMs?: number },
  ): Promise<boolean>;
  execute<T extends keyof Workflows>(
    type: T,
    workflowId: string,
    input: Parameters<Workflows[T]>[0],
  ): Promise<Awaited<ReturnType<Workflows[T]>>>;
  /** @throws {NotRunning} @throws {Rejected} @throws {Unavailable} */
  update<Result, Args extends [unknown]>(
    workflowId: string,
    update: UpdateDefinition<Result, Args>,
    updateId: string,
    ...args: Args
  ): Promise<Result>;
  signal<Args extends unknown[]>(
    workflowId: string,
    signal: SignalDefinition<Args>,
    ...args: Args
  ): Promise<void>;
};

/** A change is one workflow task and one commit; longer than this means that something does not answer. */
const executeWithinMs = 10_000;
/** The engine confirms a call this soon, or it is away (REL-09). The client alone goes on trying for 10 s. */
const confirmedWithinMs = 4_500;

const rejectedKinds = [
  'notFound',
  'alreadyExists',
  'alreadyDecided',
  'expired',
  'invalid',
  'notAllowed',
  'conflict',
  'throttled',
  'limitReached',
] as const satisfies readonly RejectedKind[];

/** What a failed call means to the one who made it. */
const meaningOf = (error: unknown): Error => {
  if (error instanceof Unavailable) return error;
  if (error instanceof WorkflowNotFoundError) return new NotRunning(error.message);
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) {
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? cause.type : undefined;
    const kind = rejectedKinds.find((known) => known === type);
    if (kind !== undefined) return new Rejected(kind, cause?.message ?? kind);
    // The workflow ended before it could answer: whoever asked may look at the log.
    if (type === 'AcceptedUpdateCompletedWorkflow')
      return new NotRunning('the workflow ended before it could answer');
  }
  return new Unavailable('the workflow engine does not answer', { cause: error });
};

const within = async <T>(ms: number, result: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Unavailable('the call was not confirmed in time')), ms);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** @param isRepeat whether the order that is being given may have been given before, under the same ids */
export const createEngine = (client: Client, isRepeat: () => boolean = () => false): Engine => {
  const begin = async (
    type: keyof Workflows,
    workflowId: string,
    input: unknown,
    again: boolean,
    withinMs = confirmedWithinMs,
  ) =>
    await within(
      Math.min(withinMs, confirmedWithinMs),
      client.workflow.start(type as string, {
        workflowId,
        taskQueue,
        args: [input],
        requestEagerStart: true,
        workflowTaskTimeout,
        workflowIdReusePolicy: again
          ? WorkflowIdReusePolicy.ALLOW_DUPLICATE
          : WorkflowIdReusePolicy.REJECT_DUPLICATE,
      }),
    );
  /** What an order came to whose workflow has ended since. @throws {NotRunning} where it never arrived */
  const earlierResult = async (
    workflowId: string,
    updateId: string,
    never: NotRunning,
  ): Promise<unknown> => {
    const update = client.workflow.getHandle(workflowId).getUpdateHandle<unknown>(updateId);
    try {
      return await within(confirmedWithinMs, update.result());
    } catch (error) {
      throw error instanceof WorkflowUpdateFailedError ? meaningOf(error) : never;
    }
  };

  return {
    async start(type, workflowId, input, options) {
      try {
        await begin(type, workflowId, input, options?.again ?? false, options?.withinMs);
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw meaningOf(error);
      }
    },
    async execute(type, workflowId, input) {
      try {
        const handle = await begin(type, workflowId, input, false).catch((error: unknown) => {
          // What was begun before, under the same id, is this very order.
          if (error instanceof WorkflowExecutionAlreadyStartedError)
            return client.workflow.getHandle(workflowId);
          throw error;
        });
        return await within(executeWithinMs, handle.result());
      } catch (error) {
        throw meaningOf(error);
      }
    },
    async update(workflowId, update, updateId, ...args) {
      try {
        const handle = await within(
          confirmedWithinMs,
          client.workflow
            .getHandle(workflowId)
            .startUpdate(update as UpdateDefinition<unknown, [unknown]>, {
              updateId,
              args,
              waitForStage: 'ACCEPTED',
            }),
        );
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the definition names the result
        return (await handle.result()) as never;
      } catch (error) {
        const meaning = meaningOf(error);
        if (!(meaning instanceof NotRunning) || !isRepeat()) throw meaning;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
        return (await earlierResult(workflowId, updateId, meaning)) as never;
      }
    },
    async signal(workflowId, signal, ...args) {
      try {
        await client.workflow.getHandle(workflowId).signal(signal, ...args);
      } catch (error) {
        throw meaningOf(error);
      }
    },
  };
};
