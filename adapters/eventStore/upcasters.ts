import type { EventType } from '../../domain/events.ts';

/** Lifts the data of one version of an event type to the next version. Pure, and never changed later. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/**
 * Upcasters by type, oldest first: the first lifts version 1 to 2. A type's current version is one more
 * than it has upcasters. None yet: no event of a released version has changed.
 */
export const upcasters: Partial<Record<EventType, readonly Upcaster[]>> = {};
