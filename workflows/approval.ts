import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  ApprovalEnd,
  ApprovalInput,
  ApprovalProgress,
  Opened,
} from '../domain/approval/inputs.ts';
import type { DeliveryEnd } from '../domain/delivery.ts';
import { approvalWork } from './approvalWork.ts';
import {
  abandonApprovalSignal,
  approverGoneSignal,
  cancelApprovalUpdate,
  closeGrantUpdate,
  decideUpdate,
  openedUpdate,
} from './contracts.ts';
import { runEffects } from './effects.ts';
import { inTurn, msUntil, steps, updateStep } from './steps.ts';

/** How long whoever made a request that was not taken may ask why. */
const toldWithinMs = 15_000;
/** Lookups of people that failed are tried again this often. */
const lookupAgainMs = 30_000;
const clockSkewMs = 250;

/**
 * One request for approval (spec/90), id `approval-<approvalId>`. What it waits for, it reads from the log: one timer runs
 * to the next instant on record, whatever that is for. Started anew, or on another node, it does what became due
 * meanwhile, the oldest first.
 */
export async function approval({ approvalId, open }: ApprovalInput): Promise<ApprovalEnd> {
  const turn = inTurn();
  let progress: ApprovalProgress | undefined;
  let opened!: Opened;
  let told = false;
  const isRefused = () => opened?.kind === 'refused';

  const set = async (after: ApprovalProgress): Promise<ApprovalProgress> => {
    progress = after;
    await runEffects(after.effects);
    return after;
  };
  const work = approvalWork(approvalId, {
    verified: (authenticationId) =>
      turn(async () => {
        const step = `verified-${authenticationId}`;
        await set(await steps.settleApprovalVerification({ approvalId, step, authenticationId }));
      }),
    delivered: (deliveryId: string, end: DeliveryEnd) =>
      turn(async () => {
        const step = `${end}-${deliveryId}`;
        await set(await steps.settleApprovalDelivery({ approvalId, step, deliveryId, end }));
      }),
  });

  const begun = turn(async () => {
    const begins = await steps.openApproval({ approvalId, ...(open ? { open } : {}) });
    if ('refusal' in begins) {
      opened = { kind: 'refused', refusal: begins.refusal };
      return;
    }
    const { state, position } = await set(begins.progress);
    opened = { kind: 'open', state, position };
  });
  const onlyIfTaken = (): void => {
    if (isRefused()) throw ApplicationFailure.nonRetryable('there is no such request', 'notFound');
  };

  setHandler(openedUpdate, async () => {
    await begun;
    told = true;
    return opened;
  });
  setHandler(decideUpdate, (decision) =>
    turn(async () => {
      onlyIfTaken();
      const step = updateStep();
      const taken = await steps.askApprovalDecision({ approvalId, step, ...decision });
      await set(taken.progress);
      return taken.asked;
    }),
  );
  setHandler(cancelApprovalUpdate, (cancel) =>
    turn(async () => {
      onlyIfTaken();
      return await set(await steps.cancelApproval({ approvalId, step: updateStep(), ...cancel }));
    }),
  );
  setHandler(closeGrantUpdate, (close) =>
    turn(async () => {
      onlyIfTaken();
      return await set(await steps.closeGrant({ approvalId, step: updateStep(), ...close }));
    }),
  );
  setHandler(approverGoneSignal, ({ approverId }) =>
    turn(async () => {
      if (isRefused()) return;
      const step = `gone-${approverId}-${progress!.facts}`;
      await set(await steps.dropApprover({ approvalId, step, approverId }));
    }),
  );
  setHandler(abandonApprovalSignal, ({ reason }) =>
    turn(async () => {
      if (!isRefused())
        await set(await steps.abandonApproval({ approvalId, step: 'abandon', reason }));
    }),
  );

  await begun;
  if (isRefused()) {
    // Nobody asks after the approval of a login: the login itself hears its end.
    const isOfLogin = open !== undefined && 'application' in open.texts;
    if (!isOfLogin) await condition(() => told, toldWithinMs);
    await condition(allHandlersFinished);
    return { outcome: 'refused' };
  }
  await untilOver(approvalId, { turn, now: () => progress!, set, work });
  await condition(allHandlersFinished);
  return { outcome: progress!.state };
}

type Life = {
  readonly turn: ReturnType<typeof inTurn>;
  readonly now: () => ApprovalProgress;
  readonly set: (after: ApprovalProgress) => Promise<ApprovalProgress>;
  readonly work: ReturnType<typeof approvalWork>;
};

/** Does what is to be done, waits for what comes next, until nothing does. */
async function untilOver(approvalId: string, { turn, now, set, work }: Life): Promise<void> {
  for (;;) {
    const { facts, isOver, ask, dueAt, verifications, deliveries } = now();
    work.follow({ verifications, deliveries });
    if (isOver) {
      // A mail whose start was not confirmed when its parent ended might never be started.
      await condition(work.isIdle);
      return;
    }
    const changed = () => now().facts !== facts;
    if (workflowInfo().continueAsNewSuggested && work.isIdle() && allHandlersFinished())
      await continueAsNew<typeof approval>({ approvalId });
    if (ask !== undefined && !(ask.again && (await condition(changed, lookupAgainMs)))) {
      const { stage, level } = ask;
      await turn(async () => {
        // What came in between may have closed the stage.
        if (changed()) return;
        const step = `ask-${facts}`;
        await set(await steps.askApprovers({ approvalId, step, stage, level }));
      });
      continue;
    }
    if (ask !== undefined) continue;
    if (dueAt === undefined) await condition(changed);
    else if (!(await condition(changed, msUntil(dueAt))))
      await turn(async () => {
        if (!changed()) await set(await steps.tickApproval({ approvalId, step: `tick-${facts}` }));
      });
    // The clock of the log's node may be behind the engine's.
    if (dueAt !== undefined && msUntil(dueAt) === 0) await condition(changed, clockSkewMs);
  }
}
