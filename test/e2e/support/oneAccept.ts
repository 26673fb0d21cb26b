import { expect } from '@jest/globals';
import { factsOnDisk } from './factLog.ts';
import { until } from './until.ts';

/** What a caller was told. Who was told to come again once the attempt had begun does not know how that went on. */
export type Heard = 'yes' | 'no' | 'later';

export const heardOverRest = ({
  status,
  body,
}: {
  readonly status: number;
  readonly body: { readonly state?: string };
}): Heard => {
  expect([200, 429, 503]).toContain(status);
  if (status === 503) return 'later';
  return body.state === 'approved' ? 'yes' : 'no';
};

export const heardOverSoap = (answer: {
  readonly status: number;
  readonly body: string;
  text(name: string): string | undefined;
}): Heard => {
  expect(answer.status).toBe(200);
  if (answer.text('ValidateOathCodeResult') === 'true') return 'yes';
  return answer.body.includes('<Code>9006</Code>') ? 'later' : 'no';
};

/** One accept on record; and unless just that caller may be among those who were told to come again, one was told. */
export const expectOneAccept = async (
  data: string,
  userId: string,
  heard: readonly Heard[],
): Promise<void> => {
  const told = heard.filter((answer) => answer === 'yes').length;
  expect(told).toBeLessThanOrEqual(1);
  if (!heard.includes('later')) expect(told).toBe(1);
  const accepts = () =>
    factsOnDisk(data, 'UserCodeAccepted').filter(({ stream }) => stream === `user-${userId}`);
  await until('the accept', () => accepts().length > 0);
  expect(accepts()).toHaveLength(1);
};
