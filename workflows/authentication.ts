import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  patched,
  setHandler,
} from '@temporalio/workflow';
import { authenticationStream } from '../domain/ids.ts';
import type { OpenAttempt, Progress } from '../domain/inputs.ts';
import type { ResultCode } from '../domain/results.ts';
import {
  answerUpdate,
  cancelUpdate,
  deadlineSignal,
  endAttemptSignal,
  hearCallUpdate,
  joinSignal,
  leaderEndedSignal,
  submitCodeUpdate,
} from './contracts.ts';
import { abandonLoginApproval, startLoginApproval } from './loginApproval.ts';
import { runEffects, tell } from './effects.ts';
import { contacts, inTurn, msUntil, steps, updateStep } from './steps.ts';

/**
 * How long a joined attempt waits for each look at its leader, should the leader's word get lost. Hundreds may wait for one
 * person: looks of all of them are felt by everybody else. A leader that waits for a code may live for ten minutes.
 */
const leaderLooksMs = [30_000, ...Array<number>(11).fill(60_000)];
/** Of runs from before looks were rare. */
const frequentLooksMs = Array<number>(44).fill(15_000);
const rareLooks = 'leader-looks-rare';
/** Change of the code that runs in progress must know of. */
const leaderEndedEarly = 'leader-ended-early';
/** Between looks at the log's clock where the engine's is ahead of it. */
const lookAgainMs = 1_000;

/**
 * One attempt to verify a person (spec/10), id `authentication-<requestId>`. What can be decided at once ends in
 * the first task. Otherwise it waits for the person until the deadline, on whichever node, through any crash:
 * the first decision on record wins.
 */
export async function authentication(input: OpenAttempt): Promise<void> {
  const { requestId } = input;
  const turn = inTurn();
  const followers: string[] = [];
  let progress!: Progress;
  // Handlers are there from the first task on, else what comes along with the start is refused; they wait their turn.
  const opened = turn(async () => void (progress = await steps.openAttempt(input)));
  const ended = () => progress.status === 'ended';
  const end = (code: ResultCode, step: string): Promise<void> =>
    turn(async () => {
      if (!ended()) progress = await steps.endAttempt({ requestId, step, code });
    });

  setHandler(joinSignal, (follower) => void followers.push(follower.requestId));
  let approvalId: string | undefined;
  // The log's deadline counts, by the log's clock: a timer of the engine may be late, or early.
  const expire = (): Promise<void> =>
    turn(async () => {
      const code = approvalId === undefined ? 'NO_RESPONSE' : 'APPROVAL_EXPIRED';
      const late = { requestId, step: 'deadline', code, ifLate: true } as const;
      if (!ended()) progress = await steps.endAttempt(late);
    });
  setHandler(deadlineSignal, expire);
  setHandler(endAttemptSignal, async ({ code }) => await end(code, `end-${code}`));
  setHandler(answerUpdate, (answer) =>
    turn(async () => {
      const step = updateStep();
      const taken = await steps.answerAttempt({ requestId, step, ...answer });
      progress = taken.progress;
      return { answer: taken.answer, triesLeft: taken.triesLeft };
    }),
  );
  setHandler(hearCallUpdate, (heard) =>
    turn(async () => {
      const step = updateStep();
      const taken = await steps.hearCall({ requestId, step, ...heard });
      progress = taken.progress;
      return taken.script;
    }),
  );
  setHandler(submitCodeUpdate, (code) =>
    turn(async () => {
      const step = updateStep();
      const taken = await steps.submitCode({ requestId, step, ...code });
      progress = taken.progress;
      return taken;
    }),
  );
  setHandler(cancelUpdate, ({ origin }) =>
    turn(async () => {
      if (ended()) throw ApplicationFailure.nonRetryable('the attempt has ended', 'alreadyDecided');
      const step = updateStep();
      progress = await steps.endAttempt({ requestId, step, code: 'CALLER_GONE', origin });
      return progress;
    }),
  );

  await opened;
  if (progress.status === 'joined') return await follow(requestId, progress.leaderId!, ended);
  const contacting = reach(
    requestId,
    () => progress,
    (after) => void (progress = after),
  );
  while (!ended()) {
    const { expiresAt, approval } = progress;
    if (approval && approvalId === undefined) {
      const login = await startLoginApproval({ requestId, ...approval, expiresAt: expiresAt! });
      ({ approvalId } = login);
      const settle = async () => {
        const { outcome } = await login.end;
        const code = outcome === 'approved' ? approval.code : notApproved[outcome];
        await end(code ?? 'APPROVAL_REJECTED', `approval-${outcome}`);
      };
      void settle().catch(() => end('INTERNAL', 'approval-lost'));
    }
    const over = await condition(
      () => ended() || progress.expiresAt !== expiresAt,
      msUntil(expiresAt!),
    );
    // A fallback has a deadline of its own.
    if (over) continue;
    await expire();
    if (!ended() && progress.expiresAt === expiresAt) await condition(ended, lookAgainMs);
  }
  if (approvalId !== undefined) await abandonLoginApproval(approvalId, 'the login is over');
  await contacting;
  await runEffects(progress.effects);
  do {
    await Promise.all(
      followers
        .splice(0)
        .map((id) => tell(authenticationStream(id), leaderEndedSignal, { leaderId: requestId })),
    );
    await condition(allHandlersFinished);
  } while (followers.length > 0);
}

/** What is said where the others did not approve; anything else is a rejection. */
const notApproved: Readonly<Record<string, ResultCode>> = { expired: 'APPROVAL_EXPIRED' };

/**
 * Calls or texts the person as long as the attempt wants it: the first number, then the second. Each contact is one
 * activity that is tried until the attempt is over; it stops by itself then.
 */
async function reach(
  requestId: string,
  now: () => Progress,
  set: (after: Progress) => void,
): Promise<void> {
  for (;;) {
    const { contact } = now();
    if (contact === undefined) {
      if (now().status === 'awaiting-user' && now().method === 'call')
        await condition(() => now().contact !== undefined || now().status === 'ended');
      if (now().contact === undefined) return;
      continue;
    }
    const after = await contacts.contactPerson({ requestId, reference: contact });
    // What came in meanwhile is newer: the phone was found busy, or the person has answered.
    if (now().contact === contact) set(after);
    if (now().contact === contact) return;
  }
}

/** An equal attempt from the same origin: it prompts nobody and ends as its leader ends. */
async function follow(requestId: string, leaderId: string, ended: () => boolean): Promise<void> {
  let leaderEnded = false;
  setHandler(leaderEndedSignal, () => void (leaderEnded = true));
  /** It may have been told while something else was waited for. Runs from before this was heard then went on waiting. */
  const wasTold = (): boolean => leaderEnded && patched(leaderEndedEarly);
  const isThere = await tell(authenticationStream(leaderId), joinSignal, { requestId });
  leaderEnded = !isThere || wasTold();
  for (const lookMs of patched(rareLooks) ? leaderLooksMs : frequentLooksMs) {
    await condition(() => leaderEnded || ended(), lookMs);
    await condition(allHandlersFinished);
    if (ended()) return;
    leaderEnded = false;
    if ((await steps.followLeader({ requestId, leaderId })) !== undefined) return;
    leaderEnded = wasTold();
  }
  await steps.endAttempt({ requestId, step: 'leaderLost', code: 'INTERNAL' });
}
