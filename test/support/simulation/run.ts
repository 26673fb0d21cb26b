import { ApplicationFailure } from '@temporalio/common';
import { runIn } from '../../activities/world.ts';
import { StoreUnavailable } from '../../../adapters/eventStore/errors.ts';
import type { Effect } from '../../../domain/effects.ts';
import { authenticationStream, userBlockStream, userStream } from '../../../domain/ids.ts';
import { systemActor, type OpenAttempt, type Progress } from '../../../domain/inputs.ts';
import { toMs } from '../../../domain/instants.ts';
import { stepAt } from '../../../domain/otpWindow.ts';
import { userKey, type Sealed } from '../../../domain/sealed.ts';
import type { UserCommand } from '../../../domain/userRules.ts';
import type { Activities } from '../../../activities/index.ts';
import { below, pick, randomOf, type Random } from '../fuzz.ts';
import { invariants, type Acknowledged } from './invariants.ts';
import { otp, secrets, simulatedWorld, type SimulatedWorld } from './world.ts';

const origin = { actor: systemActor };
const people = ['U1', 'U2'] as const;
const seedOfTokens = 'gezdgnbvgy3tqojqgezdgnbvgy3tqojq';
const commandsPerRun = 24;
/** A run that has more steps than this does not come to an end. */
const maxSteps = 3_000;
const duplicatePercent = 10;
const maxAtOnce = 3;

/** Something under way: it may run late, in another order, on either node, crash and be tried again, or come twice. */
type Step = { readonly dueMs: number; run(node: Activities): Promise<void> };

type Run = {
  readonly random: Random;
  readonly world: SimulatedWorld;
  readonly told: Acknowledged[];
  readonly waiting: Step[];
  later(run: Step['run'], afterMs?: number): void;
};

const position = async ({ world }: Run): Promise<number> => await world.store.head();

/** The story of workflows/authentication.ts, told in steps. */
const afterOpening = async (run: Run, requestId: string, progress: Progress): Promise<void> => {
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
  run.later(async (node) => await end(run, node, requestId, 'NO_RESPONSE', 'deadline'), toMs(progress.expiresAt!) - run.world.clock.nowMs);
};

const finish = async (run: Run, requestId: string, progress: Progress): Promise<void> => {
  const atPosition = await position(run);
  if (progress.outcome) run.told.push({ kind: 'ended', requestId, code: progress.outcome.code, atPosition });
  for (const effect of progress.effects) follow(run, effect);
};

const end = async (run: Run, node: Activities, requestId: string, code: 'NO_RESPONSE' | 'USER_BLOCKED' | 'CALLER_GONE' | 'USER_DISABLED' | 'SUPERSEDED', step: string) =>
  await finish(run, requestId, await runIn(authenticationStream(requestId), node.endAttempt, { requestId, step, code }));

/** What workflows/effects.ts starts or tells. */
const follow = (run: Run, effect: Effect): void => {
  if (effect.kind === 'endAttempt') {
    const { requestId, code } = effect;
    run.later(async (node) => await end(run, node, requestId, code as 'USER_BLOCKED', `end-${code}`));
  }
  if (effect.kind === 'reportFraud') {
    const { requestId, userId } = effect;
    run.later(async (node) => void (await runIn(`fraudReport-${requestId}`, node.recordFraudReport, { requestId, userId })));
  }
  if (effect.kind === 'holdBlock') {
    const { blockId, userId, until } = effect;
    const expire = { type: 'expireBlock', blockId } as const;
    run.later(async (node) => await change(run, node, userId, expire, userBlockStream(blockId)), toMs(until) - run.world.clock.nowMs);
  }
};

const change = async (run: Run, node: Activities, userId: string, command: UserCommand, step: string): Promise<void> => {
  try {
    const changed = await runIn(step, node.change, { kind: 'user', who: { userId }, command, origin }, step);
    const { blockId } = changed.result;
    if (command.type === 'block' && blockId === command.blockId)
      run.told.push({ kind: 'blocked', userId, blockId, atPosition: await position(run) });
    for (const effect of changed.effects) follow(run, effect);
  } catch (error) {
    // The rules may say no: there was no block to lift.
    if (!(error instanceof ApplicationFailure)) throw error;
  }
};

const sealedFor = async (requestId: string, text: string): Promise<Sealed> =>
  await secrets.seal({ owner: 'requests', stream: authenticationStream(requestId), field: 'code' }, text);

const typed = ({ random, world }: Run): string => {
  const step = stepAt(world.clock.nowMs, 30) + below(random, 4) - 2;
  return random() < 0.7 ? otp.codeAt(seedOfTokens, step, 6) : '000000';
};

const openings = async (run: Run, requestId: string): Promise<void> => {
  const { random } = run;
  const kind = pick(random, ['push', 'push', 'code', 'typed'] as const);
  const input: OpenAttempt = {
    requestId,
    who: { userId: pick(random, people) },
    application: 'VPN',
    callerId: 'caller',
    originKey: `origin-${below(random, 2)}`,
    channel: 'sdk',
    requireUserMatch: true,
    origin,
    method: kind === 'push' ? 'app' : 'oath',
    ...(kind === 'typed' ? { code: await sealedFor(requestId, typed(run)) } : {}),
  };
  run.later(async (node) => await afterOpening(run, requestId, await runIn(authenticationStream(requestId), node.openAttempt, input)));
};

/** One thing that people, devices, callers or administrators do. */
const something = async (run: Run, number: number): Promise<void> => {
  const { random } = run;
  const requestId = `R${number}`;
  const earlier = `R${below(random, number + 1)}`;
  const stream = authenticationStream(earlier);
  const step = `step-${number}`;
  const userId = pick(random, people);
  const facts = await run.world.store.readStream(stream);
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent');
  switch (pick(random, ['open', 'open', 'open', 'answer', 'answer', 'answer', 'code', 'code', 'cancel', 'block', 'unblock', 'disable', 'enable'] as const)) {
    case 'answer': {
      const device = sent?.data.devices[0];
      if (!device) return await openings(run, requestId);
      const answer = pick(random, ['approve', 'approve', 'deny', 'fraud'] as const);
      return run.later(async (node) => {
        const taken = await runIn(stream, node.answerAttempt, { requestId: earlier, step, guid: device.guid, tokenHash: device.tokenHash, answer });
        if (taken.answer === 'recorded') run.told.push({ kind: 'answered', requestId: earlier, atPosition: await position(run) });
        await finish(run, earlier, taken.progress);
      });
    }
    case 'code': {
      if (!sent) return await openings(run, requestId);
      const code = await sealedFor(earlier, typed(run));
      return run.later(async (node) => await finish(run, earlier, (await runIn(stream, node.submitCode, { requestId: earlier, step, code, origin })).progress));
    }
    case 'cancel':
      return sent ? run.later(async (node) => await end(run, node, earlier, 'CALLER_GONE', step)) : await openings(run, requestId);
    case 'block':
      return run.later(async (node) => await change(run, node, userId, { type: 'block', blockId: `B${number}`, reason: 'x', days: 1 }, step));
    case 'unblock':
      return run.later(async (node) => await change(run, node, userId, { type: 'unblock', reason: 'x' }, step));
    case 'disable':
      return run.later(async (node) => await change(run, node, userId, { type: 'setEnabled', enabled: false }, step));
    case 'enable':
      return run.later(async (node) => await change(run, node, userId, { type: 'setEnabled', enabled: true }, step));
    default:
      return await openings(run, requestId);
  }
};

/** People with a phone and a token each, put into the log as facts. */
const populate = async ({ world }: Run): Promise<void> => {
  for (const userId of people) {
    const stream = userStream(userId);
    const seal = async (field: string, text: string) => await secrets.seal({ owner: userKey(userId), stream, field }, text);
    const facts = [
      { type: 'UserAdded', data: { username: await seal('username', userId), usernameKey: userId, enabled: true, method: 'app', appMode: 'standard', objectId: userId, source: 'manual' } },
      { type: 'DeviceActivated', data: { deviceId: `D${userId}`, activationId: `A${userId}`, name: await seal('name', 'phone'), tokenHash: `T${userId}`, appVersion: '1', confirmationHash: 'c', confirmBy: '2030-01-01T00:00:00.000Z', drift: 0 } },
      { type: 'DeviceConfirmed', data: { deviceId: `D${userId}`, activationId: `A${userId}` } },
      { type: 'TokenAssigned', data: { tokenId: `O${userId}`, serial: 'S', secret: await seal('secret', seedOfTokens), digits: 6, periodSeconds: 30 } },
    ] as const;
    const meta = { at: '2026-01-01T00:00:00.000Z', ...origin };
    const events = facts.map((fact, index) => ({ ...fact, id: `00000000-0000-4000-9000-00000000${userId.slice(1)}00${index}`, meta }));
    await world.store.commit([{ stream, expectedRevision: -1, events: events as never }]);
  }
};

/** Takes some of what is due, at once, on either node; what crashes is tried again, and some of it comes twice. */
const advance = async (run: Run): Promise<void> => {
  const { random, waiting, world } = run;
  const due = waiting.filter(({ dueMs }) => dueMs <= world.clock.nowMs);
  if (due.length === 0) {
    const next = Math.min(...waiting.map(({ dueMs }) => dueMs));
    if (Number.isFinite(next)) world.clock.nowMs = next;
    return;
  }
  const chosen = Array.from({ length: Math.min(due.length, 1 + below(random, maxAtOnce)) }, () => due.splice(below(random, due.length), 1)[0]!);
  await Promise.all(
    chosen.map(async (step) => {
      const node = below(random, world.nodes.length);
      const again = below(random, 100) < duplicatePercent;
      try {
        await step.run(world.nodes[node]!);
        if (!again) waiting.splice(waiting.indexOf(step), 1);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        world.crash(node);
      }
    }),
  );
};

export type Simulated = { readonly violations: readonly string[]; readonly trace: string };

/** One run from one seed; the same seed gives the same trace, byte for byte. */
export const simulate = async (seed: number): Promise<Simulated> => {
  const random = randomOf(seed);
  const world = simulatedWorld(random);
  const waiting: Step[] = [];
  const run: Run = {
    random,
    world,
    told: [],
    waiting,
    later: (step, afterMs = below(random, 5_000)) => void waiting.push({ dueMs: world.clock.nowMs + afterMs, run: step }),
  };
  await populate(run);
  for (let number = 0; number < commandsPerRun; number += 1) {
    await something(run, number);
    world.clock.nowMs += below(random, 8_000);
    for (let turns = below(random, 4); turns > 0; turns -= 1) await advance(run);
  }
  world.calm();
  for (let steps = 0; waiting.length > 0; steps += 1) {
    if (steps > maxSteps) throw new Error(`seed ${seed} does not come to an end`);
    await advance(run);
  }
  const log = await world.log();
  return {
    violations: invariants.flatMap((check) => check(log, run.told)),
    trace: JSON.stringify([log, run.told], withoutChance),
  };
};

/** The store's own clock and the random challenge of a push are no part of a run. */
const withoutChance = (key: string, value: unknown): unknown =>
  key === 'recordedAt' || key === 'oathCounter' ? undefined : value;
