import { userStream } from './ids.ts';

/**
 * A personal or secret value as ciphertext: `s1:<key id>:<base64url>`, with two key ids in a row where the key of a
 * period seals it beside the owner's (domain/retention.ts). It is sealed where it enters the
 * system and opened only where it is used, so that nothing in between (workflow histories, events,
 * log lines) can hold it in the clear. AES-256-GCM; the additional data binds it to owner, stream and field.
 */
export type Sealed = string & { readonly sealed: unique symbol };

/** Whose data key seals a value. Destroying a user's key makes all that it sealed unreadable. */
export type KeyOwner = `user:${string}` | `period:${string}` | 'settings' | 'requests' | 'tokens';

export const userKey = (userId: string): KeyOwner => `user:${userId}`;

/** Where a sealed value lives; a value moved to another place does not open there. */
export type SealedPlace = {
  readonly owner: KeyOwner;
  readonly stream: string;
  readonly field: string;
};

/** A field of an event in a person's own stream, sealed with the person's key. */
export const inUserStream = (userId: string, field: string): SealedPlace => ({
  owner: userKey(userId),
  stream: userStream(userId),
  field,
});

/** The name that a caller gives ("changedBy"): who it is may not be known, so no person's key seals it. */
export const onBehalfOfPlace: SealedPlace = {
  owner: 'requests',
  stream: 'meta',
  field: 'onBehalfOf',
};

const personForm = /^user:([0-9A-F]{32})$/;

/** What stands in its place for a person of the list: the id, whose name goes when the person is erased. */
export const behalfOfPerson = (userId: string): string => `user:${userId}`;
export const personOfBehalf = (text: string): string | undefined => personForm.exec(text)?.[1];
