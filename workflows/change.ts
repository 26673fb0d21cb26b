import { workflowInfo } from '@temporalio/workflow';
import type { Change, Changed } from '../domain/inputs.ts';
import { runEffects } from './effects.ts';
import { steps } from './steps.ts';

/** One change of a person or of the configuration, with everything that follows from it elsewhere. */
export async function change(input: Change): Promise<Changed> {
  const changed = await steps.change(input, workflowInfo().workflowId);
  await runEffects(changed.effects);
  return changed;
}
