import type { Sealed } from '../sealed.ts';

/** Where events are posted to (spec/65 'Webhooks'). */
export type Webhook = {
  readonly url: string;
  /** Event types; `*` at the end stands for anything. */
  readonly types: readonly string[];
  readonly active: boolean;
  /** Two keys may be live at once, for rotation; the newest signs. */
  readonly keys: readonly { readonly keyId: string; readonly secret: Sealed }[];
  readonly application?: string;
  readonly group?: string;
};
