import type { Caller } from '../facade.ts';

/** A call that its caller has named, so that a repeat of it is known as one. */
export type NamedCall = {
  readonly caller: Caller & { readonly callId: string };
  /** Of the caller's choice; at most 255 characters. */
  readonly key: string;
  /** What is called, for people who read the log. */
  readonly operation: string;
  /** Equal for equal calls only. */
  readonly fingerprint: string;
};

/** What is on record of an answer. `text` is absent where it holds what is kept nowhere: then it is made again. */
export type AnswerOnRecord = { readonly status: number; readonly text?: string };

/** A call that is on record, from now on or from before. */
export type BegunCall = {
  /** Id of the call that came first; events of a repeat carry it too. */
  readonly callId: string;
  /** Absent where nobody has answered yet: the call is being made elsewhere, or its process died over it. */
  readonly answer?: AnswerOnRecord;
  /** Makes the call, or a part of it; a repeat draws the same ids and secrets as the first try. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Puts an answer on record; the first one stands. */
  answered(answer: AnswerOnRecord): Promise<void>;
};

/** Calls with a key of their caller, which count once whatever restarts or fails over. */
export interface CallDoor {
  /** @throws {KeyReused} where the key named another call in the last 24 h */
  begin(call: NamedCall): Promise<BegunCall>;
}
