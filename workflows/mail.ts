import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { OpenMail } from '../domain/mail.ts';
import { retryMailSignal, type MailInput } from './contracts.ts';
import { goneAfter, inTurn, msUntil, steps } from './steps.ts';

/** Even a mail whose day was over while nobody ran is tried once more. */
const shortestMs = 60_000;

/**
 * The mails of one notice, id `mail-<noticeId>`: written down first, then each handed to the mail server until it takes
 * or refuses it: after 10 seconds, 1, 6 and 36 minutes, then hourly, for a day.
 */
export async function mail({ noticeId, notice, retry, maxTries }: MailInput): Promise<void> {
  const turn = inTurn();
  const sends: Promise<void>[] = [];
  const underWay = new Set<string>();

  const deliver = async ({ mailId, giveUpAt }: OpenMail): Promise<void> => {
    if (underWay.has(mailId)) return;
    underWay.add(mailId);
    // No local activity: a mail server may take half a minute, and a workflow task must not.
    const { sendMail } = proxyActivities<Pick<Activities, 'sendMail'>>({
      startToCloseTimeout: '45 seconds',
      heartbeatTimeout: goneAfter,
      scheduleToCloseTimeout: Math.max(msUntil(giveUpAt), shortestMs),
      retry: {
        initialInterval: '10 seconds',
        backoffCoefficient: 6,
        maximumInterval: '1 hour',
        ...(maxTries === undefined ? {} : { maximumAttempts: maxTries }),
      },
    });
    try {
      await sendMail({ noticeId, mailId });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      await steps.recordMailFailure({ noticeId, mailId, reason: reasonOf(error) });
    } finally {
      underWay.delete(mailId);
    }
  };

  const composed = turn(async () => {
    const open = await steps.composeMail({ noticeId, ...(notice ? { notice } : {}) });
    sends.push(...open.map(deliver));
  });
  const again = (order: NonNullable<typeof retry>): Promise<void> =>
    turn(async () => {
      const open = await steps.retryMail({ noticeId, retry: order });
      if (open) sends.push(deliver(open));
    });
  setHandler(retryMailSignal, again);

  await composed;
  if (retry) await again(retry);
  for (let done = 0; done < sends.length;) {
    done = sends.length;
    await Promise.all(sends);
    await condition(allHandlersFinished);
  }
}

/** The last thing the mail server, or the way to it, said; never more than a code. */
const reasonOf = (failure: ActivityFailure): string => {
  let cause: unknown = failure;
  while (cause instanceof Error) {
    if (cause instanceof ApplicationFailure) return cause.message;
    ({ cause } = cause);
  }
  return 'no answer within a day';
};
