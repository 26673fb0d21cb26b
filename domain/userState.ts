/** How a person stands (spec/20 'States'); whoever is absent or removed is in no list. */
export const userStates = ['disabled', 'unregistered', 'registered', 'blocked', 'locked'] as const;
export type UserState = (typeof userStates)[number];

/** A block or a lockout lies over whatever else the person is. */
export const userState = (user: {
  readonly enabled: boolean;
  /** Flag of an open block. */
  readonly block: 'none' | 'fraud' | 'lockout' | undefined;
  /** Has a phone, an active device or a token. */
  readonly registered: boolean;
}): UserState => {
  if (user.block !== undefined) return user.block === 'lockout' ? 'locked' : 'blocked';
  if (!user.enabled) return 'disabled';
  return user.registered ? 'registered' : 'unregistered';
};
