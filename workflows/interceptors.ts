import {
  ApplicationFailure,
  CancellationScope,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { isRefused } from '../domain/refused.ts';

const refusal = () =>
  ApplicationFailure.nonRetryable('the payload was not sealed for this workflow', 'refused');

/** Without an argument nothing was sealed either: all of ours carry one. */
const isForged = (args: readonly unknown[]): boolean => args.length === 0 || args.some(isRefused);

/**
 * The one place where a payload that we did not seal is turned away (SEC-74): a signal is dropped, an update and a
 * start fail. The workflow itself goes on to its own deadline. The alarm is raised by the codec that saw the
 * payload. Updates are caught where they are handled: the SDK validates only those whose handler has a validator.
 */
const refuseUnsealed: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    if (isForged(input.args)) throw refusal();
    // We cancel by sealed updates alone; the engine's own order carries no seal and would leave a request without an end.
    return await CancellationScope.nonCancellable(() => next(input));
  },
  async handleSignal(input, next) {
    if (isForged(input.args)) return;
    await next(input);
  },
  async handleUpdate(input, next) {
    if (isForged(input.args)) throw refusal();
    return await next(input);
  },
};

export const interceptors: WorkflowInterceptorsFactory = () => ({ inbound: [refuseUnsealed] });
