import { condition, setHandler } from '@temporalio/workflow';
import { systemActor } from '../domain/inputs.ts';
import { liftSignal, type UserBlockInput } from './contracts.ts';
import { runEffects } from './effects.ts';
import { msUntil, steps } from './steps.ts';

/**
 * One block of one person, id `userBlock-<blockId>`: ended by its timer or by an administrator. The rules look at
 * the block's end time themselves, so it ends exactly then even while no worker runs.
 */
export async function userBlock({ blockId, userId, until }: UserBlockInput): Promise<void> {
  let lifted = false;
  setHandler(liftSignal, () => void (lifted = true));
  if (await condition(() => lifted, msUntil(until))) return;
  const over = await steps.change(
    {
      kind: 'user',
      who: { userId },
      command: { type: 'expireBlock', blockId },
      origin: { actor: systemActor, correlationId: blockId },
    },
    'expire',
  );
  await runEffects(over.effects);
}
