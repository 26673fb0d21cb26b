import type { Attempt, Waiting } from './attempts.ts';
import type { Caller } from '../facade.ts';

/** The answer to a question for a code, by a program that was given a ticket with the question. */
export type TicketAnswer = {
  readonly username: string;
  /** As `issueTicket` made it. */
  readonly ticket: string;
  readonly code: string;
  /** Names this very answer; the same name with the same ticket is the same answer, on any node. At most 64 characters. */
  readonly answerId: string;
};

/** What a caller was told first, and when that came on record. */
export type FirstTold = { readonly at: number; readonly what: 'question' | 'end' };

/** How an attempt stands after an answer. */
export type AnsweredTicket = Attempt & {
  /** When that came on record, in milliseconds since the epoch, where the answer was a repeated one. */
  readonly toldAt?: number;
};

/** For protocols whose clients repeat themselves, change nodes, and come back with what they were given. */
export interface LoginCommands {
  /** The attempt that an idempotency key of this caller stands for already. */
  findAttempt(caller: Caller, idempotencyKey: string): Promise<Attempt | undefined>;
  /**
   * Waits, as `authenticate` does, for an attempt of this caller. One that has joined another is answered with the
   * other's question for a code, where that asks one.
   * @throws {Rejected} notFound
   */
  awaitAttempt(caller: Caller, requestId: string, waiting: Waiting): Promise<Attempt>;
  /**
   * When what `awaitAttempt` tells first of an attempt came on record, in milliseconds since the epoch: its question for
   * a code, or else its end; undefined while it has told nothing.
   * @throws {Rejected} notFound
   */
  firstTold(caller: Caller, requestId: string): Promise<FirstTold | undefined>;
  /** The note that an attempt of this caller began with. @throws {Rejected} notFound */
  noteOf(caller: Caller, requestId: string): Promise<string | undefined>;
  /**
   * Stands for the next answer to an attempt that waits for a code: 33 octets in hexadecimal, of which 16 are a keyed
   * hash over client, person, attempt and question. Equal for the same question, on any node.
   */
  issueTicket(caller: Caller, username: string, attempt: Attempt): string;
  /**
   * Hands in the code that a ticket asks for, and waits like `awaitAttempt`. A repeated answer gets what the first got,
   * with its age.
   * @throws {Rejected} notFound for a ticket that is not this caller's for this person; alreadyDecided where the
   * question has been answered, or is over
   */
  submitTicket(caller: Caller, answer: TicketAnswer, waiting: Waiting): Promise<AnsweredTicket>;
}
