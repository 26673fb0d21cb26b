/** Why a directory lets somebody not in who proved nothing wrong to us; for the log, never for the network. */
export const refusals = [
  'wrongPassword',
  'notFound',
  'emptyPassword',
  'passwordExpired',
  'mustChangePassword',
  'accountDisabled',
  'accountExpired',
  'accountLocked',
  'notAtThisTime',
  'notFromHere',
] as const;
export type Refusal = (typeof refusals)[number];

/** Somebody of the directory. */
export type DirectoryPerson = {
  /** The directory's own spelling of the name that people are known by here. */
  readonly username: string;
  /** DNs of their groups. */
  readonly groups: readonly string[];
};

export type PasswordAnswer =
  | { readonly kind: 'accepted'; readonly person: DirectoryPerson }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /** The name does not lead to one person with a name of their own, so nobody is let in by it (spec/30). */
  | { readonly kind: 'unresolved'; readonly fault: string }
  /** No server could be asked; what went wrong, in few words without anything secret. */
  | { readonly kind: 'unreachable'; readonly fault: string };

export type ResponseAnswer =
  | Exclude<PasswordAnswer, { kind: 'accepted' }>
  | {
      readonly kind: 'accepted';
      readonly person: DirectoryPerson;
      /** MD4 of the NT hash, 16 octets: what proofs and keys are made from (RFC 2759 §8.7, RFC 3079 §3). */
      readonly passwordHashHash: Buffer;
    }
  | { readonly kind: 'notSpoken'; readonly fault: string };

/** A response of MS-CHAPv2 to its challenge, as the domain's own verifier takes them. */
export type NtResponse = {
  /** 8 octets (RFC 2759 §8.2). */
  readonly challenge: Buffer;
  /** 24 octets. */
  readonly response: Buffer;
};

/** People and passwords of one directory, whichever of its servers answers. */
export interface Directory {
  /** @param password UTF-8, as typed */
  checkPassword(username: string, password: string): Promise<PasswordAnswer>;
  checkResponse(username: string, response: NtResponse): Promise<ResponseAnswer>;
  close(): Promise<void>;
}
