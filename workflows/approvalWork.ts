import {
  executeChild,
  ParentClosePolicy,
  sleep,
  TemporalFailure,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { Delivery, DeliveryEnd } from '../domain/delivery.ts';
import { authenticationStream, deliveryStream } from '../domain/ids.ts';
import { workflowTaskTimeout, type DeliveryInput } from './contracts.ts';
import { steps } from './steps.ts';

/** How often an attempt that another run started is looked at. */
const lookMs = 2_000;
const deliveryLookMs = 60_000;
/** No attempt lives longer than its ten minutes and what a busy machine adds. */
const maxLooks = 450;

type Settled = {
  verified(authenticationId: string): Promise<unknown>;
  delivered(deliveryId: string, end: DeliveryEnd): Promise<unknown>;
};

const untilEnded = async (requestId: string): Promise<void> => {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    if ((await steps.readOutcome({ requestId })) !== undefined) return;
    await sleep(lookMs);
  }
};

/** The verifications and callbacks of one approval, each followed to its end by a child of its own. */
export const approvalWork = (approvalId: string, settled: Settled) => {
  const followed = new Set<string>();
  let running = 0;

  const verify = async (authenticationId: string): Promise<void> => {
    const attempt = await steps.approvalVerification({ approvalId, authenticationId });
    if (attempt === undefined) return;
    try {
      await executeChild('authentication', {
        workflowId: authenticationStream(authenticationId),
        args: [attempt],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowTaskTimeout,
      });
    } catch (error) {
      // An earlier run of this approval started it, or the run itself was lost: the log says what became of it.
      if (!(error instanceof TemporalFailure)) throw error;
      await untilEnded(authenticationId);
    }
    await settled.verified(authenticationId);
  };

  const deliver = async (deliveryId: string): Promise<void> => {
    const delivery = await steps.approvalDelivery({ approvalId, deliveryId });
    if (delivery === undefined) return;
    await settled.delivered(deliveryId, await delivered(delivery));
  };

  const run = async (key: string, task: () => Promise<void>): Promise<void> => {
    if (followed.has(key)) return;
    followed.add(key);
    running += 1;
    try {
      await task();
    } finally {
      running -= 1;
    }
  };

  return {
    /** Starts what is not under way yet. */
    follow({
      verifications,
      deliveries,
    }: {
      readonly verifications: readonly string[];
      readonly deliveries: readonly string[];
    }): void {
      for (const id of verifications) void run(`verify ${id}`, () => verify(id));
      for (const id of deliveries) void run(`deliver ${id}`, () => deliver(id));
    },
    isIdle: () => running === 0,
  };
};

/** One callback, until it is acknowledged or parked: also where an earlier run had begun it. */
const delivered = async (delivery: Delivery): Promise<DeliveryEnd> => {
  const { deliveryId } = delivery;
  for (;;) {
    try {
      return await executeChild<(input: DeliveryInput) => Promise<DeliveryEnd>>('delivery', {
        workflowId: deliveryStream(deliveryId),
        args: [delivery],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowTaskTimeout,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      });
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
    }
    // It runs already, or was lost: looked at until it has ended, started again where nobody works on it.
    const known = await steps.readDelivery({ deliveryId });
    if (known !== undefined && known.status !== 'open') return known.status;
    await sleep(deliveryLookMs);
  }
};
