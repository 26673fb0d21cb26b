import { expect } from '@jest/globals';
import type { Heard } from './oneAccept.ts';
import type { SdkAnswer } from './sdk.ts';

/** What the callers of one round heard; `userId` or `requestId` finds the same in the log. */
export type Round = {
  readonly key: string;
  readonly heard: readonly Heard[];
};

/** A login over REST that may also be asked: whoever has to wait is not let in. */
export const heardOverRestLogin = ({
  status,
  body,
}: {
  readonly status: number;
  readonly body: { readonly state?: string };
}): Heard => {
  expect([200, 202, 429, 503]).toContain(status);
  if (status === 503) return 'later';
  return body.state === 'approved' ? 'yes' : 'no';
};

export const heardOverSoapLogin = (answer: SdkAnswer): Heard => {
  expect(answer.status).toBe(200);
  if (answer.text('PfAuthUser_4Result') === 'true') return 'yes';
  return answer.body.includes('<Code>9006</Code>') ? 'later' : 'no';
};

/** 0: taken; 9002: not to be answered, or not known here yet; 9003: answered before; 9005: come again. */
export const heardByPhone = ({
  status,
  body,
}: {
  readonly status: number;
  readonly body: string;
}): Heard => {
  const error = /<error-id>(\d+)</.exec(body)?.[1];
  if (status === 429 || status >= 500 || error === '9005') return 'later';
  expect(['0', '9002', '9003']).toContain(error);
  return error === '0' ? 'yes' : 'no';
};

/**
 * The record says of each round that one use counted, and nobody else was told yes. Under overload all may have been
 * told to come again, or come too late for the code; more than one it never is.
 *
 * @param used keys of what the log says was used
 */
export const expectOneUse = (rounds: readonly Round[], used: readonly string[]): void => {
  expect(used).toHaveLength(new Set(used).size);
  for (const { key, heard } of rounds) {
    const onRecord = used.filter((known) => known === key).length;
    expect(toldOf(heard)).toBeLessThanOrEqual(onRecord);
    if (!heard.includes('later')) expect([key, onRecord]).toEqual([key, 1]);
  }
  expect(used.length).toBeGreaterThan(0);
};

/** Of each round one caller heard yes, unless some were told to come again. */
export const expectOneTold = (rounds: readonly Round[]): void => {
  for (const { key, heard } of rounds)
    if (!heard.includes('later')) expect([key, toldOf(heard)]).toEqual([key, 1]);
};

const toldOf = (heard: readonly Heard[]): number =>
  heard.filter((answer) => answer === 'yes').length;

/** One line of figures for whoever reads the run. */
export const figuresOf = (what: string, rounds: readonly Round[], ms: number): string => {
  const all = rounds.flatMap(({ heard }) => heard);
  const of = (wanted: Heard) => all.filter((answer) => answer === wanted).length;
  return `${what}: ${rounds.length} rounds, ${all.length} uses: ${of('yes')} yes, ${of('no')} no, ${of('later')} later; ${Math.round(ms / 100) / 10} s\n`;
};
