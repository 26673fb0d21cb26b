import { ApplicationFailure, Context } from '@temporalio/activity';

const echo = async (text: string): Promise<string> => text;

const beat = async (text: string): Promise<string> => {
  const { info, heartbeat } = Context.current();
  if (info.attempt > 1) return `${text} ${JSON.stringify(info.heartbeatDetails)}`;
  heartbeat({ seen: text });
  throw ApplicationFailure.retryable(`beat broke with ${text}`, 'Broken', { with: text });
};

const fail = async (text: string): Promise<never> => {
  throw ApplicationFailure.nonRetryable(`cannot do ${text}`, 'Broken', { with: text });
};

export const testActivities = { echo, beat, fail };
export type TestActivities = typeof testActivities;
