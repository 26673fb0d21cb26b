import {
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  TemporalFailure,
  WorkflowIdReusePolicy,
  type SignalDefinition,
} from '@temporalio/workflow';
import { assertNever } from '../domain/errors.ts';
import type { Effect } from '../domain/effects.ts';
import {
  activationStream,
  authenticationStream,
  deliveryStream,
  fraudReportStream,
  mailStream,
  oneTimeBypassStream,
  userBlockStream,
} from '../domain/ids.ts';
import { systemActor } from '../domain/inputs.ts';
import {
  bypassEndedSignal,
  confirmedSignal,
  endActivationSignal,
  endAttemptSignal,
  liftSignal,
  redeliverSignal,
  workflowTaskTimeout,
  type Workflows,
} from './contracts.ts';

/** Starts a workflow of its own life; that it runs already, or has run, is what was wanted. */
const startOnce = async <
  T extends 'userBlock' | 'oneTimeBypass' | 'fraudReport' | 'activation' | 'mail',
>(
  type: T,
  workflowId: string,
  input: Parameters<Workflows[T]>[0],
): Promise<void> => {
  try {
    await startChild(type, {
      workflowId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowTaskTimeout,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    });
  } catch (error) {
    const running =
      error instanceof TemporalFailure && error.name === 'WorkflowExecutionAlreadyStartedError';
    if (!running) throw error;
  }
};

/** Tells another workflow; one that has ended needs no telling. */
export const tell = async <Args extends unknown[]>(
  workflowId: string,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<boolean> => {
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, ...args);
    return true;
  } catch {
    // The only failure of a signal is that nobody is there to take it.
    return false;
  }
};

const run = async (effect: Effect): Promise<unknown> => {
  switch (effect.kind) {
    case 'holdBlock': {
      const { blockId, userId, until } = effect;
      return await startOnce('userBlock', userBlockStream(blockId), { blockId, userId, until });
    }
    case 'holdBypass': {
      const { bypassId, userId, until } = effect;
      const input = { bypassId, userId, until };
      return await startOnce('oneTimeBypass', oneTimeBypassStream(bypassId), input);
    }
    case 'endBypass':
      return await tell(oneTimeBypassStream(effect.bypassId), bypassEndedSignal, {
        bypassId: effect.bypassId,
      });
    case 'reportFraud': {
      const { requestId, userId } = effect;
      return await startOnce('fraudReport', fraudReportStream(requestId), { requestId, userId });
    }
    case 'openActivation': {
      const { activationId, userId, expiresAt } = effect;
      const input = { activationId, userId, expiresAt };
      return await startOnce('activation', activationStream(activationId), input);
    }
    case 'notify': {
      const { notice } = effect;
      const { noticeId } = notice;
      return await startOnce('mail', mailStream(noticeId), { noticeId, notice });
    }
    case 'liftBlock':
      return await tell(userBlockStream(effect.blockId), liftSignal, { blockId: effect.blockId });
    case 'endActivation': {
      const { activationId, reason } = effect;
      return await tell(activationStream(activationId), endActivationSignal, { reason });
    }
    case 'confirmActivation':
      return await tell(activationStream(effect.activationId), confirmedSignal, {
        activationId: effect.activationId,
      });
    case 'endAttempt': {
      const { requestId, code } = effect;
      return await tell(authenticationStream(requestId), endAttemptSignal, { code });
    }
    case 'hurryDelivery': {
      const { deliveryId } = effect;
      const origin = { actor: systemActor, correlationId: deliveryId };
      return await tell(deliveryStream(deliveryId), redeliverSignal, { order: 'hurry', origin });
    }
    default:
      return assertNever(effect);
  }
};

export const runEffects = async (effects: readonly Effect[]): Promise<void> => {
  await Promise.all(effects.map(run));
};
