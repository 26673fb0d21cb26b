import { condition, setHandler } from '@temporalio/workflow';
import { systemActor } from '../domain/inputs.ts';
import { bypassEndedSignal, type OneTimeBypassInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { msUntil, steps } from './steps.ts';

/**
 * One bypass of one person, id `oneTimeBypass-<bypassId>`: it ends used, replaced, revoked, or by its timer. Whether
 * it still lets somebody in is decided on its end time, so it ends exactly then even while no worker runs.
 */
export async function oneTimeBypass(input: OneTimeBypassInput): Promise<void> {
  const { bypassId, userId, until } = input;
  let ended = false;
  setHandler(bypassEndedSignal, () => void (ended = true));
  if (await condition(() => ended, msUntil(until))) return;
  const over = await steps.change(
    {
      kind: 'user',
      who: { userId },
      command: { type: 'expireBypass', bypassId },
      origin: { actor: systemActor, correlationId: bypassId },
    },
    'expire',
  );
  await runEffects(over.effects);
}
