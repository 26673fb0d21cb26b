import type { Json } from '../../domain/json.ts';
import type { Caller } from '../facade.ts';

/** All that is on record about the people who have or had a name; what opens a door is not in it. */
export type PersonalData = {
  readonly format: 'countersign-personal-data-1';
  readonly exportedAt: string;
  readonly people: readonly { readonly [name: string]: Json }[];
};

/** What a person may ask of whoever keeps data about them (spec/85 'Erasure'); also of one who was removed. */
export interface PrivacyCommands {
  /** That it was done is on record before anything leaves (SEC-85). @throws {Rejected} notFound */
  exportPerson(caller: Caller, username: string): Promise<PersonalData>;
  /**
   * Removes whoever has the name and makes unreadable for good what was personal, of them and of those who had the
   * name before.
   * @throws {Rejected} notFound, notAllowed while a legal hold stands
   */
  erasePerson(
    caller: Caller,
    username: string,
    reason: string,
  ): Promise<{ userIds: readonly string[] }>;
  /** Nobody erases the person until the hold is ended. @throws {Rejected} notFound */
  setLegalHold(caller: Caller, username: string, reason: string): Promise<void>;
  /** @throws {Rejected} notFound */
  endLegalHold(caller: Caller, username: string, reason: string): Promise<void>;
}
