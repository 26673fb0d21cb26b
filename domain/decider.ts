/**
 * A rule book as data in, events out. `decide` gets time and ids inside the command and answers a
 * repeated command with no events; `evolve` folds one event. Neither has effects.
 */
export type Decider<Command, State, Event> = {
  readonly initialState: State;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
};

/** Folds events into a state. */
export const fold = <State, Event>(
  decider: Pick<Decider<never, State, Event>, 'evolve' | 'initialState'>,
  events: Iterable<Event>,
  from: State = decider.initialState,
): State => {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
};
