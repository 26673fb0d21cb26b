import { proxyLocalActivities } from '@temporalio/workflow';

const { step } = proxyLocalActivities<{ step(text: string): Promise<string> }>({
  startToCloseTimeout: '5 seconds',
});

/** The least that a durable validation could be: one workflow task with one local activity. */
export async function bare(text: string): Promise<string> {
  return await step(text);
}
