import type { Attribute } from './packet.ts';

/** How the password of a login came out. `because`: for the log, in few words. */
export type Primary =
  | {
      readonly kind: 'accepted';
      /** What the accept says, to be sealed. */
      readonly note?: string;
      /** What was typed behind the password. */
      readonly code?: string;
      /** Who it is, where the target says so: one person may be typed in many ways. */
      readonly username?: string;
    }
  | {
      readonly kind: 'refused';
      readonly attributes: readonly Attribute[];
      readonly because?: string;
    }
  /** A round of the target's own dialogue. */
  | { readonly kind: 'relay'; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'unreachable'; readonly because?: string }
  | { readonly kind: 'notSpoken'; readonly because?: string };
