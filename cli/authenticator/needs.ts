import type { Push } from './wire.ts';

/** What an approval of a push takes (contracts/mobile-app.md sections 6 and 7.1). */
export type Needs = {
  readonly pin: boolean;
  /** The number that the login shows. */
  readonly number: boolean;
};

export const needsOf = (push: Push): Needs => ({
  pin: push['mode'] === 'pin',
  number:
    push['entropyMode'] === 'type' ||
    Object.keys(push).some((key) => key.endsWith('EntropyChallenge')),
});

export const needsNothing = ({ pin, number }: Needs): boolean => !pin && !number;
