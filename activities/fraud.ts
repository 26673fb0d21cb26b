import { notify, type Effect } from '../domain/effects.ts';
import { fraudNotice } from '../domain/notices.ts';
import { fraudReportStream, authenticationStream } from '../domain/ids.ts';
import { systemActor, type Origin } from '../domain/inputs.ts';
import type { Aggregates } from './aggregates.ts';
import { record, untilNoConflict } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

export type Review = {
  readonly verdict: 'confirmed' | 'dismissed';
  readonly note: string;
  readonly unblock: boolean;
  readonly origin: Origin;
};

/** The record of one fraud report, from the person's answer to the administrator's verdict. */
export const createFraud = (ports: Ports, aggregates: Aggregates) => {
  const append = async (
    requestId: string,
    step: string,
    origin: Origin,
    expectedRevision: number,
    fact: Parameters<typeof record>[3][number]['facts'][number],
  ): Promise<void> =>
    await untilNoConflict(
      async () => {
        const stream = fraudReportStream(requestId);
        await record(ports, step, origin, [{ stream, expectedRevision, facts: [fact] }]);
      },
      // The stream has one writer: what stands there is what this step, or an earlier run, recorded.
      () => Promise.resolve(),
    );

  return {
    /** @returns `reviewed` where the verdict is on record too: a run that starts anew has nothing to wait for */
    async recordFraudReport({
      requestId,
      userId,
    }: {
      readonly requestId: string;
      readonly userId: string;
    }): Promise<{ reviewed: boolean; effects: readonly Effect[] }> {
      const answers = await readWhole(ports.events, authenticationStream(requestId));
      const answer = answers.find((event) => event.type === 'AuthenticationDeviceAnswered');
      const { state: user } = await aggregates.user(userId);
      const block = user.status === 'present' ? user.block : undefined;
      await append(requestId, 'report', { actor: systemActor, correlationId: requestId }, -1, {
        type: 'FraudReported',
        data: {
          userId,
          requestId,
          // Nobody has a device in hand during a call.
          ...(answer ? { deviceId: answer.data.deviceId } : {}),
          ...(block?.fraudReportId === requestId ? { blockId: block.blockId } : {}),
        },
      });
      const facts = await readWhole(ports.events, fraudReportStream(requestId));
      const notice = fraudNotice({
        requestId,
        userId,
        attempt: answers,
        at: facts[0]?.meta.at ?? '',
        until: block?.fraudReportId === requestId ? block.until : undefined,
      });
      return {
        reviewed: facts.some(({ type }) => type === 'FraudReviewed'),
        effects: [notify(notice)],
      };
    },

    async recordFraudReview({
      requestId,
      review,
    }: {
      readonly requestId: string;
      readonly review: Review;
    }): Promise<void> {
      const { verdict, note } = review;
      await append(requestId, 'review', review.origin, 0, {
        type: 'FraudReviewed',
        data: { verdict, note },
      });
    },
  };
};
