import {
  ApplicationFailure,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { isRefused } from '../domain/refused.ts';

const refusal = () =>
  ApplicationFailure.nonRetryable('the payload was not sealed for this workflow', 'refused');

/**
 * The one place where a payload that we did not seal is turned away (SEC-74): a signal is dropped, an update is
 * refused before it is accepted, a start fails. The workflow itself goes on to its own deadline. The alarm
 * is raised by the codec that saw the payload.
 */
const refuseUnsealed: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    if (input.args.some(isRefused)) throw refusal();
    return await next(input);
  },
  async handleSignal(input, next) {
    if (input.args.some(isRefused)) return;
    await next(input);
  },
  validateUpdate(input, next) {
    if (input.args.some(isRefused)) throw refusal();
    next(input);
  },
};

export const interceptors: WorkflowInterceptorsFactory = () => ({ inbound: [refuseUnsealed] });
