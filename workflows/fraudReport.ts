import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/workflow';
import { reviewUpdate, type FraudReportInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { steps } from './steps.ts';

/** One report of fraud, id `fraudReport-<requestId>`, followed to its end: an administrator's verdict. */
export async function fraudReport({ requestId, userId }: FraudReportInput): Promise<void> {
  let reviewed = await steps.recordFraudReport({ requestId, userId });
  setHandler(reviewUpdate, async (review) => {
    if (reviewed) throw ApplicationFailure.nonRetryable('it was reviewed before', 'alreadyDecided');
    reviewed = true;
    await steps.recordFraudReview({ requestId, review });
    if (!review.unblock) return;
    const command = { type: 'unblock', reason: `Fraud report ${review.verdict}` } as const;
    const { origin } = review;
    const unblocked = await steps.change(
      { kind: 'user', who: { userId }, command, origin },
      'unblock',
    );
    await runEffects(unblocked.effects);
  });
  await condition(() => reviewed);
  await condition(allHandlersFinished);
}
