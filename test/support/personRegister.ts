import type { Model } from './linearizable.ts';

/** What is done to one person, and the logins in between. `step` is the time step of the code that is typed. */
export type PersonCall =
  | { readonly kind: 'block' | 'unblock' | 'disable' | 'enable' | 'ask' }
  | { readonly kind: 'login' | 'approve'; readonly step: number };

/** `over`: the attempt had ended before; `throttled`: the code was not looked at. */
export type PersonResult =
  | 'done'
  | 'notBlocked'
  | 'asked'
  | 'accepted'
  | 'reused'
  | 'throttled'
  | 'blocked'
  | 'disabled'
  | 'over';

export type PersonState = {
  readonly enabled: boolean;
  readonly blocked: boolean;
  /** The newest step of a code that passed. */
  readonly lastStep: number;
};

const login = (
  state: PersonState,
  step: number | undefined,
  result: PersonResult | undefined,
): readonly PersonState[] => {
  const open = state.enabled && !state.blocked;
  const fresh = step !== undefined && step > state.lastStep;
  const used = { ...state, lastStep: step ?? state.lastStep };
  switch (result) {
    case undefined:
      return open && fresh ? [used, state] : [state];
    case 'over':
      return [state];
    case 'accepted':
      return open && fresh ? [used] : [];
    case 'reused':
      return open && !fresh ? [state] : [];
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
  initial: { enabled: true, blocked: false, lastStep: -1 },
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
        return login(state, call.step, result);
    }
  },
  key: ({ enabled, blocked, lastStep }) => `${enabled}/${blocked}/${lastStep}`,
};
