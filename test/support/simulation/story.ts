import { ApplicationFailure } from '@temporalio/common';
import { runIn } from '../../activities/world.ts';
import type { Effect } from '../../../domain/effects.ts';
import { authenticationStream, userBlockStream } from '../../../domain/ids.ts';
import { systemActor, type Progress } from '../../../domain/inputs.ts';
import { toMs } from '../../../domain/instants.ts';
import type { UserCommand } from '../../../domain/userRules.ts';
import type { Activities } from '../../../activities/index.ts';
import { type Random } from '../fuzz.ts';
import { type Acknowledged } from './invariants.ts';
import { type SimulatedWorld } from './world.ts';

/** Something under way: it may run late, in another order, on either node, crash and be tried again, or come twice. */
export type Step = { readonly dueMs: number; run(node: Activities): Promise<void> };

export type Run = {
  readonly random: Random;
  readonly world: SimulatedWorld;
  readonly told: Acknowledged[];
  readonly waiting: Step[];
  later(run: Step['run'], afterMs?: number): void;
};

export const position = async ({ world }: Run): Promise<number> => await world.store.head();

/** The story of workflows/authentication.ts, told in steps. */
export const afterOpening = async (
  run: Run,
  requestId: string,
  progress: Progress,
): Promise<void> => {
  const stream = authenticationStream(requestId);
  if (progress.status === 'ended') return await finish(run, requestId, progress);
  if (progress.status === 'joined') {
    const leaderId = progress.leaderId!;
    const follow: Step['run'] = async (node) => {
      const after = await runIn(stream, node.followLeader, { requestId, leaderId });
      if (after) await finish(run, requestId, after);
      else run.later(follow, 15_000);
    };
    return run.later(follow);
  }
  await goOn(run, requestId, progress);
  // A fallback has a deadline of its own, so the last one is waited for.
  const deadline: Step['run'] = async (node) => {
    const facts = await run.world.store.readStream(stream);
    const { expiresAt } = (facts.findLast(({ type }) => type === 'AuthenticationFallbackStarted')
      ?.data ?? progress) as { expiresAt: string };
    if (toMs(expiresAt) > run.world.clock.nowMs)
      return run.later(deadline, toMs(expiresAt) - run.world.clock.nowMs);
    await end(run, node, requestId, 'NO_RESPONSE', 'deadline');
  };
  run.later(deadline, toMs(progress.expiresAt!) - run.world.clock.nowMs);
};

/** What the workflow does when a step has left something to do: call, text, or end. */
export const goOn = async (run: Run, requestId: string, progress: Progress): Promise<void> => {
  const { contact: reference } = progress;
  if (reference !== undefined)
    run.later(async (node) => {
      const stream = authenticationStream(requestId);
      const after = await runIn(stream, node.contactPerson, { requestId, reference });
      await goOn(run, requestId, after);
    });
  else if (progress.status === 'ended') await finish(run, requestId, progress);
};

export const finish = async (run: Run, requestId: string, progress: Progress): Promise<void> => {
  const atPosition = await position(run);
  if (progress.outcome)
    run.told.push({ kind: 'ended', requestId, code: progress.outcome.code, atPosition });
  for (const effect of progress.effects) follow(run, effect);
};

export const end = async (
  run: Run,
  node: Activities,
  requestId: string,
  code: 'NO_RESPONSE' | 'USER_BLOCKED' | 'CALLER_GONE' | 'USER_DISABLED' | 'SUPERSEDED',
  step: string,
) =>
  await finish(
    run,
    requestId,
    await runIn(authenticationStream(requestId), node.endAttempt, { requestId, step, code }),
  );

/** What workflows/effects.ts starts or tells. */
const follow = (run: Run, effect: Effect): void => {
  if (effect.kind === 'endAttempt') {
    const { requestId, code } = effect;
    run.later(
      async (node) => await end(run, node, requestId, code as 'USER_BLOCKED', `end-${code}`),
    );
  }
  if (effect.kind === 'reportFraud') {
    const { requestId, userId } = effect;
    run.later(
      async (node) =>
        void (await runIn(`fraudReport-${requestId}`, node.recordFraudReport, {
          requestId,
          userId,
        })),
    );
  }
  if (effect.kind === 'holdBlock') {
    const { blockId, userId, until } = effect;
    const expire = { type: 'expireBlock', blockId } as const;
    run.later(
      async (node) => await change(run, node, userId, expire, userBlockStream(blockId)),
      toMs(until) - run.world.clock.nowMs,
    );
  }
};

export const change = async (
  run: Run,
  node: Activities,
  userId: string,
  command: UserCommand,
  step: string,
): Promise<void> => {
  try {
    const changed = await runIn(
      step,
      node.change,
      { kind: 'user', who: { userId }, command, origin: { actor: systemActor } },
      step,
    );
    const { blockId } = changed.result;
    if (command.type === 'block' && blockId === command.blockId)
      run.told.push({ kind: 'blocked', userId, blockId, atPosition: await position(run) });
    for (const effect of changed.effects) follow(run, effect);
  } catch (error) {
    // The rules may say no: there was no block to lift.
    if (!(error instanceof ApplicationFailure)) throw error;
  }
};
