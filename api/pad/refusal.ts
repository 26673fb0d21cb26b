/** `error-id` values of a refused message and the one sentence each is told with (contracts/mobile-app.md 11.2). */
export const padErrors = {
  9001: 'The message is incomplete or malformed.',
  9002: 'The request is not open.',
  9003: 'The request was already answered.',
  9004: 'The message is not known.',
  9005: 'Too many attempts. Try again later.',
  9006: 'The service is busy. Try again.',
  9008: 'The protocol version is not supported.',
  9011: 'The request needs a PIN or a number.',
} as const;

export type PadErrorId = keyof typeof padErrors;

/** A message that is not taken. `requestId` is what the answer echoes. */
export type PadRefusal = {
  readonly fail: true;
  readonly requestId: string;
  readonly errorId: number;
  readonly errorText: string;
};

export const padRefusal = (requestId: string, errorId: PadErrorId): PadRefusal => ({
  fail: true,
  requestId,
  errorId,
  errorText: padErrors[errorId],
});

/** HTTP status of a refusal of a document that could be read at all. */
export const padStatus = (errorId: number): 200 | 429 | 503 => {
  if (errorId === 9005) return 429;
  return errorId === 9006 ? 503 : 200;
};

/** Thrown inside the codec at the first field that is not right. */
export class FieldRefused extends Error {
  override readonly name = 'FieldRefused';
  readonly errorId: PadErrorId;
  constructor(errorId: PadErrorId) {
    super(padErrors[errorId]);
    this.errorId = errorId;
  }
}

/** @throws {FieldRefused} always */
export const refuseField = (errorId: PadErrorId = 9001): never => {
  throw new FieldRefused(errorId);
};
