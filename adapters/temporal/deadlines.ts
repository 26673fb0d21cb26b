import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

/** How long one call to Temporal may take (REL-09: a caller knows within 5 s that the server is gone). */
export const callDeadlineMs = 4500;

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
    startWithDetails: bounded,
    startUpdate: bounded,
    startUpdateWithStart: bounded,
    signal: bounded,
    signalWithStart: bounded,
    query: bounded,
    terminate: bounded,
    cancel: bounded,
    describe: bounded,
  };
};
