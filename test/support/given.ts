import { expect } from '@jest/globals';
import type { Decider } from '../../domain/decider.ts';
import { fold } from '../../domain/decider.ts';
import { Rejected, type RejectedKind } from '../../domain/errors.ts';
import type { DomainEvent } from '../../domain/events.ts';

type When<State> = {
  /** The events, whole and in this order. */
  then(...events: readonly DomainEvent[]): void;
  /** Only the types of the events, where their data is somebody else's test. */
  thenTypes(...types: readonly DomainEvent['type'][]): void;
  isRejected(kind: RejectedKind): void;
  /** What the command makes. */
  readonly events: readonly DomainEvent[];
  /** The state with these events folded in. */
  readonly state: State;
};

export type Given<Command, State> = {
  when(command: Command): When<State>;
  readonly state: State;
};

/**
 * Makes the words that a decider's rules are written in:
 * `given(started, denied).when({ type: 'approve' }).isRejected('alreadyDecided')`.
 */
export const givenBy =
  <Command, State>(decider: Decider<Command, State, DomainEvent>) =>
  (...events: readonly DomainEvent[]): Given<Command, State> => {
    const state = fold(decider, events);
    return {
      state,
      when(command) {
        const decide = (): readonly DomainEvent[] => decider.decide(command, state);
        return {
          then: (...expected) => expect(decide()).toEqual(expected),
          thenTypes: (...types) => expect(decide().map(({ type }) => type)).toEqual(types),
          isRejected: (kind) => expect(rejectionOf(decide)).toBe(kind),
          get events() {
            return decide();
          },
          get state() {
            return fold(decider, decide(), state);
          },
        };
      },
    };
  };

/** The kind of the rules' "no"; any other error goes on its way. */
const rejectionOf = (decide: () => unknown): RejectedKind | 'not rejected' => {
  try {
    decide();
    return 'not rejected';
  } catch (error) {
    if (error instanceof Rejected) return error.kind;
    throw error;
  }
};
