/** Why the rules refuse a command; each front end maps a kind to its own protocol in one table. */
export type RejectedKind =
  | 'notFound'
  | 'alreadyExists'
  | 'alreadyDecided'
  | 'expired'
  | 'invalid'
  | 'notAllowed'
  | 'conflict'
  | 'throttled'
  | 'limitReached';

/** The rules say no. Thrown by deciders; the message is safe to show to the caller. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly kind: RejectedKind;
  constructor(kind: RejectedKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Marks a branch that the types say cannot be reached. */
export const assertNever = (value: never): never => {
  throw new TypeError(`unexpected case: ${(value as { type?: string })?.type ?? typeof value}`);
};
