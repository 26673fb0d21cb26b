/** One call as its caller saw it. Instants are of one clock; any unit. */
export type Operation<Call, Result> = {
  readonly call: Call;
  readonly invokedAt: number;
  /** What the caller was told, and when; absent where nobody knows whether it happened. */
  readonly told?: { readonly result: Result; readonly at: number };
};

/** What the operations are to look like when each happens at one moment. */
export type Model<State, Call, Result> = {
  readonly initial: State;
  /** States that the call may leave; none where it cannot have this result now. Without a result any fits. */
  step(state: State, call: Call, result: Result | undefined): readonly State[];
  /** Equal for equal states. */
  key(state: State): string;
};

/**
 * Whether there is one order of the operations that the model allows and that keeps every call between its begin and
 * its end: the search of Wing and Gong with the memory of Lowe ("Testing for linearizability", 2017), as porcupine
 * has it. A call without an answer may have happened at any time after its begin, or never.
 */
export const isLinearizable = <State, Call, Result>(
  history: readonly Operation<Call, Result>[],
  model: Model<State, Call, Result>,
): boolean => {
  const operations = history.toSorted((one, other) => one.invokedAt - other.invokedAt);
  const known = operations.filter(({ told }) => told !== undefined).length;
  const seen = new Set<string>();

  type Node = { readonly state: State; readonly done: ReadonlySet<number>; readonly left: number };
  const open: Node[] = [{ state: model.initial, done: new Set(), left: known }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { state, done, left } = node;
    if (left === 0) return true;
    // Whatever began after another one had ended cannot come before it.
    let firstEnd = Infinity;
    for (const [index, { told }] of operations.entries())
      if (!done.has(index) && told !== undefined) firstEnd = Math.min(firstEnd, told.at);
    for (const [index, { call, invokedAt, told }] of operations.entries()) {
      if (invokedAt > firstEnd) break;
      if (done.has(index)) continue;
      for (const next of model.step(state, call, told?.result)) {
        const after = new Set(done).add(index);
        const name = `${[...after].toSorted((a, b) => a - b).join(',')}|${model.key(next)}`;
        if (seen.has(name)) continue;
        seen.add(name);
        open.push({ state: next, done: after, left: told === undefined ? left : left - 1 });
      }
    }
  }
  return false;
};
