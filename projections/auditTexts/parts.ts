import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { EventType } from '../../domain/events.ts';
import { streamId } from '../projection.ts';

/** A piece of a summary: text, or a thing whose name is looked up when the line is read. */
export type Part = string | readonly [kind: 'user' | 'device' | 'account' | 'client', id: string];
/** What each event of an area says in plain words, without names and without secrets. */
export type Texts<Events> = {
  readonly [T in keyof Events & EventType]: (
    event: StoredEvent<T>,
    userId: string | undefined,
  ) => readonly Part[];
};

export const person = (userId: string | undefined): Part =>
  userId === undefined ? 'somebody who is not in the list' : ['user', userId];
export const owner = (event: StoredEvent): Part => ['user', streamId(event)];
export const listed = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]));
