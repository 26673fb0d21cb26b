import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  AnswerPush,
  BeginActivationStep,
  Change,
  Changed,
  CompleteActivationStep,
  HearCall,
  OpenAttempt,
  Progress,
  SubmitCode,
  ValidateStep,
} from '../domain/inputs.ts';
import type { MailRetry, Origin } from '../domain/inputs.ts';
import type { Notice } from '../domain/notice.ts';
import type { Answered } from '../domain/attemptPush.ts';
import type { Delivery, DeliveryEnd } from '../domain/delivery.ts';
import type {
  ApprovalEnd,
  ApprovalInput,
  ApprovalProgress,
  AskDecision,
  CancelApproval,
  CloseGrant,
  DecisionAsked,
  Opened,
} from '../domain/approval/inputs.ts';
import type { ResultCode } from '../domain/results.ts';
import type { VoiceScript } from '../domain/voice.ts';

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
  oneTimeBypass(input: OneTimeBypassInput): Promise<void>;
  fraudReport(input: FraudReportInput): Promise<void>;
  activation(input: ActivationInput): Promise<void>;
  approval(input: ApprovalInput): Promise<ApprovalEnd>;
  userImport(input: UserImportInput): Promise<void>;
  tokenImport(input: TokenImportInput): Promise<void>;
  userExport(input: UserExportInput): Promise<void>;
  mail(input: MailInput): Promise<void>;
  delivery(input: DeliveryInput): Promise<DeliveryEnd>;
};

export type UserBlockInput = {
  readonly blockId: string;
  readonly userId: string;
  readonly until: string;
};
export type OneTimeBypassInput = {
  readonly bypassId: string;
  readonly userId: string;
  readonly until: string;
};
export type FraudReportInput = { readonly requestId: string; readonly userId: string };
export type ActivationInput = {
  readonly activationId: string;
  readonly userId: string;
  readonly expiresAt: string;
};

export type MailInput = {
  readonly noticeId: string;
  /** Absent where the mails are on record already. */
  readonly notice?: Notice;
  /** Has a mail that failed tried again. */
  readonly retry?: MailRetry;
  /** How often a mail is tried at most; a day long where absent. */
  readonly maxTries?: number;
};

/** A delivery that is on record already is named by its id alone. */
export type DeliveryInput =
  | Delivery
  | {
      readonly deliveryId: string;
      readonly onRecord: true;
      /** Has a delivery that has ended tried again. */
      readonly again?: DeliveryOrder;
    };

/** `order` is the same on every try of an order to deliver again. */
export type DeliveryOrder = { readonly order: string; readonly origin: Origin };

export type UserImportInput = { readonly importId: string };
export type TokenImportInput = { readonly importId: string };
export type UserExportInput = {
  readonly exportId: string;
  readonly unmasked: boolean;
  readonly origin: Origin;
};

export type Review = {
  readonly verdict: 'confirmed' | 'dismissed';
  readonly note: string;
  readonly unblock: boolean;
  readonly origin: Origin;
};

// Every message carries an argument, since its seal is what shows that it is ours (SEC-74).

// --- authentication ---
export const answerUpdate = defineUpdate<
  { readonly answer: Answered; readonly triesLeft: number },
  [AnswerPush]
>('answer');
export const hearCallUpdate = defineUpdate<VoiceScript, [HearCall]>('hearCall');
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

// --- oneTimeBypass ---
export const bypassEndedSignal = defineSignal<[{ readonly bypassId: string }]>('bypassEnded');

// --- fraudReport ---
export const reviewUpdate = defineUpdate<void, [Review]>('review');

// --- approval ---
/** How a new request was taken. Asked for right after the start. */
export const openedUpdate = defineUpdate<Opened, [{ readonly approvalId: string }]>('opened');
export const decideUpdate = defineUpdate<DecisionAsked, [AskDecision]>('decide');
export const cancelApprovalUpdate = defineUpdate<ApprovalProgress, [CancelApproval]>('cancel');
export const closeGrantUpdate = defineUpdate<ApprovalProgress, [CloseGrant]>('close');
/** An approver's account may be gone or off: the approval looks itself. */
export const approverGoneSignal = defineSignal<[{ readonly approverId: string }]>('approverGone');
/** What it was for is over, a login for example. */
export const abandonApprovalSignal = defineSignal<[{ readonly reason: string }]>('abandonApproval');

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

// --- delivery ---
/** Another delivery goes out once this one has ended. */
export const queueBehindSignal = defineSignal<[{ readonly deliveryId: string }]>('queueBehind');
export const aheadEndedSignal = defineSignal<[{ readonly deliveryId: string }]>('aheadEnded');
export const redeliverSignal = defineSignal<[DeliveryOrder]>('redeliver');

// --- mail ---
export const retryMailSignal = defineSignal<[MailRetry]>('retryMail');
