import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
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
  joinSignal,
  leaderEndedSignal,
  submitCodeUpdate,
} from './contracts.ts';
import { runEffects, tell } from './effects.ts';
import { inTurn, msUntil, steps, updateStep } from './steps.ts';

/** How long a joined attempt waits between looks at its leader, should the leader's word get lost. */
const leaderLookMs = 15_000;
/** A leader that waits for a code may live for ten minutes. */
const maxLeaderLooks = 44;

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
  // The log's deadline counts: a timer that the engine took on late is late.
  setHandler(deadlineSignal, async ({ expiresAt }) => {
    if (msUntil(expiresAt) === 0) await end('NO_RESPONSE', 'deadline');
  });
  setHandler(endAttemptSignal, async ({ code }) => await end(code, `end-${code}`));
  setHandler(answerUpdate, (answer) =>
    turn(async () => {
      const step = updateStep();
      const taken = await steps.answerAttempt({ requestId, step, ...answer });
      progress = taken.progress;
      return taken.answer;
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
  if (!ended() && !(await condition(ended, msUntil(progress.expiresAt!))))
    await end('NO_RESPONSE', 'deadline');
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

/** An equal attempt from the same origin: it prompts nobody and ends as its leader ends. */
async function follow(requestId: string, leaderId: string, ended: () => boolean): Promise<void> {
  let leaderEnded = false;
  setHandler(leaderEndedSignal, () => void (leaderEnded = true));
  leaderEnded = !(await tell(authenticationStream(leaderId), joinSignal, { requestId }));
  for (let looks = 0; looks < maxLeaderLooks; looks += 1) {
    await condition(() => leaderEnded || ended(), leaderLookMs);
    await condition(allHandlersFinished);
    if (ended()) return;
    if ((await steps.followLeader({ requestId, leaderId })) !== undefined) return;
    leaderEnded = false;
  }
  await steps.endAttempt({ requestId, step: 'leaderLost', code: 'INTERNAL' });
}
