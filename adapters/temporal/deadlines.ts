import type { CompiledWorkflowOptions, WorkflowClientInterceptor } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

/** How long one call to Temporal may take (REL-09: a caller knows within 5 s that the server is gone). */
export const callDeadlineMs = 4500;

/**
 * A task that a worker took and lost (killed, or the server was) is given out again after this long, not after the
 * default of 10 s, so that an open request goes on well within REL-09's 10 s.
 */
export const taskTimeoutMs = 3_000;

/**
 * Gives every workflow call a deadline, where the caller set none. Waiting for a result is no call of this kind.
 * An update sent with `executeUpdate` must be answered within it too; for a slow handler use `startUpdate` and
 * then `handle.result()`.
 */
export const deadlineInterceptor = (connection: NativeConnection): WorkflowClientInterceptor => {
  const bounded = async <Input, Output>(
    input: Input,
    next: (input: Input) => Promise<Output>,
  ): Promise<Output> => {
    if (connection.callContextStorage.getStore()?.deadline !== undefined) return next(input);
    return connection.withDeadline(Date.now() + callDeadlineMs, () => next(input));
  };
  return {
    startWithDetails: (input, next) => bounded(withTaskTimeout(input), next),
    startUpdate: bounded,
    startUpdateWithStart: ({ workflowStartOptions, ...input }, next) => {
      const { options } = withTaskTimeout({ options: workflowStartOptions });
      return bounded({ ...input, workflowStartOptions: options }, next);
    },
    signal: bounded,
    signalWithStart: (input, next) => bounded(withTaskTimeout(input), next),
    query: bounded,
    terminate: bounded,
    cancel: bounded,
    describe: bounded,
  };
};

const withTaskTimeout = <Input extends { readonly options: CompiledWorkflowOptions }>(
  input: Input,
): Input => ({
  ...input,
  options: {
    ...input.options,
    workflowTaskTimeout: input.options.workflowTaskTimeout ?? taskTimeoutMs,
  },
});
