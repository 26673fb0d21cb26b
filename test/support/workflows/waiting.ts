import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import { isRefused } from '../../../domain/refused.ts';
import type { TestActivities } from './activities.ts';

const { echo } = proxyLocalActivities<TestActivities>({ startToCloseTimeout: '5s' });

export type Waiting = { deadlineMs: number };
export type Answer = { verdict: string };
export const answer = defineSignal<[Answer]>('answer');
export const decide = defineUpdate<string, [Answer]>('decide');
export const refusals = defineQuery<number>('refusals');

/** Waits for an answer until its deadline, as a login does; what is refused changes nothing. */
export async function waiting(input: Waiting): Promise<string> {
  if (isRefused(input)) throw ApplicationFailure.nonRetryable('the input was refused');
  let verdict = 'none';
  let refused = 0;
  const take = (given: Answer): string => {
    if (isRefused(given)) refused += 1;
    else verdict = given.verdict;
    return verdict;
  };
  setHandler(answer, (given) => {
    take(given);
  });
  setHandler(decide, take);
  setHandler(refusals, () => refused);
  await condition(() => verdict !== 'none', input.deadlineMs);
  return verdict;
}

/** The cheapest useful run: one task, one local activity. */
export async function oneShot(text: string): Promise<string> {
  return echo(text);
}
