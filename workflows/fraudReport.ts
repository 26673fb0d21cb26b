import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  setHandler,
} from '@temporalio/workflow';
import { reviewUpdate, type FraudReportInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { inTurn, steps } from './steps.ts';

/** One report of fraud, id `fraudReport-<requestId>`, followed to its end: an administrator's verdict. */
export async function fraudReport({ requestId, userId }: FraudReportInput): Promise<void> {
  const turn = inTurn();
  let reviewed = false;
  const reported = turn(async () => {
    const report = await steps.recordFraudReport({ requestId, userId });
    // Runs from before there was mail have a bare answer in their history.
    reviewed = typeof report === 'boolean' ? report : report.reviewed;
    if (typeof report !== 'boolean') await runEffects(report.effects);
  });
  setHandler(reviewUpdate, (review) =>
    turn(async () => {
      if (reviewed)
        throw ApplicationFailure.nonRetryable('it was reviewed before', 'alreadyDecided');
      await steps.recordFraudReview({ requestId, review });
      reviewed = true;
      if (!review.unblock) return;
      const command = { type: 'unblock', reason: `Fraud report ${review.verdict}` } as const;
      const { origin } = review;
      const unblocked = await steps.change(
        { kind: 'user', who: { userId }, command, origin },
        'unblock',
      );
      await runEffects(unblocked.effects);
    }),
  );
  await reported;
  await condition(() => reviewed);
  await condition(allHandlersFinished);
}
