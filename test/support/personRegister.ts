import type { Model } from './linearizable.ts';

/** A code that is typed: of which time step, and the steps in which the server may have looked at it. */
export type TypedCode = { readonly step: number; readonly serverSteps: readonly number[] };

/** What is done to one person, and the logins in between. */
export type PersonCall =
  | { readonly kind: 'block' | 'unblock' | 'disable' | 'enable' | 'ask' }
  | ({ readonly kind: 'login' | 'approve' } & TypedCode);

/** `over`: the attempt had ended before; `throttled`: the code was not looked at; `refused`: it was used, or not of now. */
export type PersonResult =
  | 'done'
  | 'notBlocked'
  | 'asked'
  | 'accepted'
  | 'refused'
  | 'throttled'
  | 'blocked'
  | 'disabled'
  | 'over';

export type PersonState = {
  readonly enabled: boolean;
  readonly blocked: boolean;
  /** The newest step of a code that passed. */
  readonly lastStep: number;
  /** How many steps the token is ahead, as far as its codes have taught (SEC-32). */
  readonly drift: number;
};

const window = 1;
const maxDrift = 4;

const isSeen = ({ drift }: PersonState, step: number, serverStep: number): boolean =>
  Math.abs(step - serverStep - drift) <= window;

const used = (state: PersonState, step: number, serverStep: number): PersonState => {
  const learned = state.drift + Math.sign(step - serverStep - state.drift);
  return { ...state, lastStep: step, drift: Math.max(-maxDrift, Math.min(maxDrift, learned)) };
};

const login = (
  state: PersonState,
  code: TypedCode | undefined,
  result: PersonResult | undefined,
): readonly PersonState[] => {
  const open = state.enabled && !state.blocked;
  const { step = -1, serverSteps = [] } = code ?? {};
  const fresh = step > state.lastStep;
  const after = serverSteps.flatMap((serverStep) =>
    open && fresh && isSeen(state, step, serverStep) ? [used(state, step, serverStep)] : [],
  );
  switch (result) {
    case undefined:
      return [...after, state];
    case 'over':
      return [state];
    case 'accepted':
      return after;
    case 'refused':
      return open && (!fresh || after.length < serverSteps.length) ? [state] : [];
    case 'asked':
    case 'throttled':
      return open ? [state] : [];
    case 'disabled':
      return state.enabled ? [] : [state];
    case 'blocked':
      return state.enabled && state.blocked ? [state] : [];
    default:
      return [];
  }
};

/** One person as a register: who is blocked or disabled is not let in, and a code passes once (SEC-32, SEC-39). */
export const personRegister: Model<PersonState, PersonCall, PersonResult> = {
  initial: { enabled: true, blocked: false, lastStep: -1, drift: 0 },
  step(state, call, result) {
    switch (call.kind) {
      case 'block':
        return [{ ...state, blocked: true }];
      case 'unblock':
        if (result === 'notBlocked') return state.blocked ? [] : [state];
        if (result === 'done' && !state.blocked) return [];
        return [{ ...state, blocked: false }];
      case 'disable':
        return [{ ...state, enabled: false }];
      case 'enable':
        return [{ ...state, enabled: true }];
      case 'ask':
        return login(state, undefined, result);
      case 'login':
      case 'approve':
        return login(state, call, result);
    }
  },
  key: ({ enabled, blocked, lastStep, drift }) => `${enabled}/${blocked}/${lastStep}/${drift}`,
};
