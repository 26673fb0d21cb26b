import { expect } from '@jest/globals';
import { factsOnDisk } from './factLog.ts';
import { openRequests, readRecord } from './invariants.ts';
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

/**
 * One caller was told yes, and the record says the same. Under overload the one may be among those who were told to
 * come again, or the code may be too old when its turn comes; more than one it never is.
 */
export const expectOneAccept = async (
  data: string,
  userId: string,
  heard: readonly Heard[],
): Promise<void> => {
  const told = heard.filter((answer) => answer === 'yes').length;
  expect(told).toBeLessThanOrEqual(1);
  if (heard.includes('later'))
    await until('what was begun to end', () => openRequests(readRecord(data)).length === 0);
  else expect(told).toBe(1);
  const accepts = factsOnDisk(data, 'UserCodeAccepted').filter(
    ({ stream }) => stream === `user-${userId}`,
  );
  expect(accepts.length).toBeGreaterThanOrEqual(told);
  expect(accepts.length).toBeLessThanOrEqual(1);
};

/** At the end of all rounds: nobody was let in twice, and overload did not hide every round. */
export const expectNoSecondAccept = (data: string): void => {
  const accepted = factsOnDisk(data, 'UserCodeAccepted').map(({ stream }) => stream);
  expect(accepted.length).toBeGreaterThan(0);
  expect(new Set(accepted).size).toBe(accepted.length);
};
