import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  AnswerPush,
  BeginActivationStep,
  Change,
  Changed,
  CompleteActivationStep,
  OpenAttempt,
  Progress,
  SubmitCode,
  ValidateStep,
} from '../domain/inputs.ts';
import type { Origin } from '../domain/inputs.ts';
import type { ResultCode } from '../domain/results.ts';

/**
 * All that a client of the workflows needs: types by name, inputs, updates and signals. A workflow's id is the
 * name of the stream that it writes.
 */
export const taskQueue = 'countersign';

/**
 * A task that a worker took and lost (killed, or the server was) is given out again after this long, not after the
 * default of 10 s, so that an open request goes on well within REL-09's 10 s.
 */
export const workflowTaskTimeout = '3 seconds';

/** Workflow types; never renamed, since histories and ids outlive the code. */
export type Workflows = {
  authentication(input: OpenAttempt): Promise<void>;
  change(input: Change): Promise<Changed>;
  userBlock(input: UserBlockInput): Promise<void>;
  fraudReport(input: FraudReportInput): Promise<void>;
  activation(input: ActivationInput): Promise<void>;
};

export type UserBlockInput = {
  readonly blockId: string;
  readonly userId: string;
  readonly until: string;
};
export type FraudReportInput = { readonly requestId: string; readonly userId: string };
export type ActivationInput = {
  readonly activationId: string;
  readonly userId: string;
  readonly expiresAt: string;
};

export type Review = {
  readonly verdict: 'confirmed' | 'dismissed';
  readonly note: string;
  readonly unblock: boolean;
  readonly origin: Origin;
};

// Every message carries an argument, since its seal is what shows that it is ours (SEC-74).

// --- authentication ---
export const answerUpdate = defineUpdate<'recorded' | 'answered' | 'notOpen', [AnswerPush]>(
  'answer',
);
export const submitCodeUpdate = defineUpdate<
  { progress: Progress; throttled: boolean },
  [SubmitCode]
>('submitCode');
export const cancelUpdate = defineUpdate<Progress, [{ readonly origin: Origin }]>('cancel');
/** Another workflow decided: the person was blocked, disabled, removed. */
export const endAttemptSignal = defineSignal<[{ readonly code: ResultCode }]>('endAttempt');
/** The deadline on record has passed, whatever the timer says. */
export const deadlineSignal = defineSignal<[{ readonly expiresAt: string }]>('deadline');
/** An equal attempt wants to be told the end of this one. */
export const joinSignal = defineSignal<[{ readonly requestId: string }]>('join');
export const leaderEndedSignal = defineSignal<[{ readonly leaderId: string }]>('leaderEnded');

// --- userBlock ---
export const liftSignal = defineSignal<[{ readonly blockId: string }]>('lift');

// --- fraudReport ---
export const reviewUpdate = defineUpdate<void, [Review]>('review');

// --- activation ---
export type BegunActivation =
  | { readonly kind: 'validated'; readonly userId: string; readonly deviceId: string }
  | { readonly kind: 'failed' | 'notAllowed' };
export const beginUpdate = defineUpdate<BegunActivation, [BeginActivationStep]>('begin');
export const validateUpdate = defineUpdate<boolean, [ValidateStep]>('validate');
export const completeUpdate = defineUpdate<boolean, [CompleteActivationStep]>('complete');
export const abandonSignal = defineSignal<[{ readonly attempt: string }]>('abandon');
export const endActivationSignal =
  defineSignal<[{ readonly reason: 'replaced' | 'revoked' }]>('endActivation');
export const confirmedSignal = defineSignal<[{ readonly activationId: string }]>('confirmed');
