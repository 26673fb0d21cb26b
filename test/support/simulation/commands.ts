import { runIn } from '../../activities/world.ts';
import { authenticationStream } from '../../../domain/ids.ts';
import { systemActor, type OpenAttempt } from '../../../domain/inputs.ts';
import { stepAt } from '../../../domain/otpWindow.ts';
import { type Sealed } from '../../../domain/sealed.ts';
import { below, pick } from '../fuzz.ts';
import { otp, secrets } from './world.ts';

import { people, seedOfTokens } from './people.ts';
import { afterOpening, change, end, finish, goOn, position, type Run } from './story.ts';

const origin = { actor: systemActor };

const sealedFor = async (requestId: string, text: string, field = 'code'): Promise<Sealed> =>
  await secrets.seal({ owner: 'requests', stream: authenticationStream(requestId), field }, text);

const typed = ({ random, world }: Run): string => {
  const step = stepAt(world.clock.nowMs, 30) + below(random, 4) - 2;
  return random() < 0.7 ? otp.codeAt(seedOfTokens, step, 6) : '000000';
};

const openings = async (run: Run, requestId: string): Promise<void> => {
  const { random } = run;
  const kind = pick(random, ['push', 'push', 'code', 'typed', 'sms', 'call'] as const);
  const input: OpenAttempt = {
    requestId,
    who: { userId: pick(random, people) },
    application: 'VPN',
    callerId: 'caller',
    originKey: `origin-${below(random, 2)}`,
    channel: 'sdk',
    requireUserMatch: true,
    origin,
    method: kind === 'push' ? 'app' : kind === 'sms' || kind === 'call' ? kind : 'oath',
    ...(kind === 'typed' ? { code: await sealedFor(requestId, typed(run)) } : {}),
  };
  run.later(
    async (node) =>
      await afterOpening(
        run,
        requestId,
        await runIn(authenticationStream(requestId), node.openAttempt, input),
      ),
  );
};

/** One thing that people, devices, callers or administrators do. */
export const something = async (run: Run, number: number): Promise<void> => {
  const { random } = run;
  const requestId = `R${number}`;
  const earlier = `R${below(random, number + 1)}`;
  const stream = authenticationStream(earlier);
  const step = `step-${number}`;
  const userId = pick(random, people);
  const facts = await run.world.store.readStream(stream);
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent');
  switch (
    pick(random, [
      'open',
      'open',
      'open',
      'answer',
      'answer',
      'answer',
      'code',
      'code',
      'cancel',
      'block',
      'unblock',
      'disable',
      'enable',
      'bypass',
      'call',
      'call',
    ] as const)
  ) {
    case 'answer': {
      const device = sent?.data.devices[0];
      if (!device) return await openings(run, requestId);
      const answer = pick(random, ['approve', 'approve', 'deny', 'fraud'] as const);
      return run.later(async (node) => {
        const taken = await runIn(stream, node.answerAttempt, {
          requestId: earlier,
          step,
          guid: device.guid,
          tokenHash: device.tokenHash,
          answer,
        });
        if (taken.answer === 'recorded')
          run.told.push({ kind: 'answered', requestId: earlier, atPosition: await position(run) });
        await finish(run, earlier, taken.progress);
      });
    }
    case 'code': {
      if (!sent) return await openings(run, requestId);
      const code = await sealedFor(earlier, typed(run));
      return run.later(
        async (node) =>
          await finish(
            run,
            earlier,
            (await runIn(stream, node.submitCode, { requestId: earlier, step, code, origin }))
              .progress,
          ),
      );
    }
    case 'bypass':
      return run.later(
        async (node) =>
          await change(
            run,
            node,
            userId,
            { type: 'createBypass', bypassId: `Y${number}`, reason: 'x', seconds: 60 },
            step,
          ),
      );
    case 'call': {
      if (sent?.data.method !== 'call') return await openings(run, requestId);
      const event = pick(random, [
        { kind: 'answered', by: 'person' },
        { kind: 'answered', by: 'machine' },
        { kind: 'keys' },
        { kind: 'keys' },
        { kind: 'silence' },
        { kind: 'ended', reason: 'busy' },
        { kind: 'ended', reason: 'completed' },
      ] as const);
      const digits = await sealedFor(earlier, pick(random, ['#', '#', '0', '1', '7']), 'digits');
      const which = pick(random, ['primary', 'primary', 'backup'] as const);
      return run.later(async (node) => {
        const heard = await runIn(stream, node.hearCall, {
          requestId: earlier,
          step,
          which,
          event,
          ...(event.kind === 'keys' ? { digits } : {}),
        });
        await goOn(run, earlier, heard.progress);
      });
    }
    case 'cancel':
      return sent
        ? run.later(async (node) => await end(run, node, earlier, 'CALLER_GONE', step))
        : await openings(run, requestId);
    case 'block':
      return run.later(
        async (node) =>
          await change(
            run,
            node,
            userId,
            { type: 'block', blockId: `B${number}`, reason: 'x', days: 1 },
            step,
          ),
      );
    case 'unblock':
      return run.later(
        async (node) => await change(run, node, userId, { type: 'unblock', reason: 'x' }, step),
      );
    case 'disable':
      return run.later(
        async (node) =>
          await change(run, node, userId, { type: 'setEnabled', enabled: false }, step),
      );
    case 'enable':
      return run.later(
        async (node) =>
          await change(run, node, userId, { type: 'setEnabled', enabled: true }, step),
      );
    default:
      return await openings(run, requestId);
  }
};
