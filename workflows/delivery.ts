import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { DeliveryEnd, DeliveryOutcome } from '../domain/delivery.ts';
import { deliveryStream } from '../domain/ids.ts';
import {
  aheadEndedSignal,
  queueBehindSignal,
  redeliverSignal,
  type DeliveryInput,
} from './contracts.ts';
import { runEffects, tell } from './effects.ts';
import { msUntil, steps } from './steps.ts';

/** Between looks at the delivery ahead, should its word get lost. */
const aheadLookMs = 15 * 60_000;

/**
 * No local activity: a receiver may take ten seconds, and a workflow task must not. One try an activity, because when the
 * next one is due stands in the log.
 */
const { sendDelivery } = proxyActivities<Pick<Activities, 'sendDelivery'>>({
  startToCloseTimeout: '15 seconds',
  retry: { maximumAttempts: 1 },
});

/**
 * One delivery to a webhook, id `delivery-<deliveryId>`: posted until the receiver acknowledges, for 72 hours, then
 * parked. Deliveries of one webhook about one thing go out one after the other.
 */
export async function delivery(input: DeliveryInput): Promise<DeliveryEnd> {
  const { deliveryId } = input;
  const behind = new Set<string>();
  let aheadEnded = false;
  let hurry = false;

  setHandler(queueBehindSignal, (other) => void behind.add(other.deliveryId));
  setHandler(aheadEndedSignal, () => void (aheadEnded = true));
  // While it runs, an order to deliver again can only mean: now.
  setHandler(redeliverSignal, () => void (hurry = true));

  const fresh = 'onRecord' in input ? {} : { delivery: input };
  let progress = await steps.queueDelivery({ deliveryId, ...fresh });
  if ('onRecord' in input && input.again)
    progress = await steps.redeliver({ deliveryId, ...input.again });

  const { after } = progress;
  let pauseMs = 1_000;
  const isFree = async (): Promise<boolean> =>
    aheadEnded ||
    after === undefined ||
    (await steps.readDelivery({ deliveryId: after }))?.status !== 'open';
  while (progress.status === 'open' && !(await isFree())) {
    // Nobody there means that it has just ended, or waits to be started again from the log.
    const told = await tell(deliveryStream(after!), queueBehindSignal, { deliveryId });
    await condition(() => aheadEnded, told ? aheadLookMs : pauseMs);
    pauseMs = Math.min(2 * pauseMs, aheadLookMs);
  }

  while (progress.status === 'open') {
    const { retryAt, attempts } = progress;
    if (retryAt !== undefined) await condition(() => hurry, msUntil(retryAt));
    hurry = false;
    const outcome = await sendOnce(deliveryId);
    progress = await steps.recordDelivery({ deliveryId, attempt: attempts + 1, outcome });
    await runEffects(progress.effects);
  }
  do {
    const told = [...behind];
    behind.clear();
    await Promise.all(
      told.map((other) => tell(deliveryStream(other), aheadEndedSignal, { deliveryId })),
    );
    await condition(allHandlersFinished);
  } while (behind.size > 0);
  return progress.status;
}

const sendOnce = async (deliveryId: string): Promise<DeliveryOutcome> => {
  try {
    return await sendDelivery({ deliveryId });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    // The node that had it ended: whether the receiver got it is not known, and it knows doubles by their id.
    return { ok: false, reason: 'the attempt was lost' };
  }
};
