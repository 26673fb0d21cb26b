import type { ItemKind, Items } from '../../domain/items.ts';
import type { VoiceMessage } from '../../domain/items/telephony.ts';
import type { Webhook } from '../../domain/items/webhook.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Sealed } from '../../domain/sealed.ts';
import type { Caller } from '../facade.ts';

type Secret<T, K extends keyof T> = NonNullable<T[K]> extends Sealed ? K : never;
type Opened<T> = T extends Sealed
  ? string
  : T extends readonly (infer Entry)[]
    ? readonly Opened<Entry>[]
    : T extends object
      ? { readonly [K in keyof T]: Opened<T[K]> }
      : T;
type Entered<T> = T extends readonly (infer Entry)[]
  ? readonly Entered<Entry>[]
  : T extends object
    ? { readonly [K in keyof T as Exclude<K, Secret<T, K>>]: Entered<T[K]> } & {
        readonly [K in keyof T as Secret<T, K>]?: string;
      }
    : T;

/** An item with its secrets in the clear, for the part of the server that uses it. */
export type OpenItem<K extends ItemKind> = Opened<Items[K]> & { readonly itemId: string };
/** Some fields are there without being typed in. */
type Loose<T, Name extends keyof T> = Omit<T, Name> & Partial<Pick<T, Name>>;
/** An item as somebody types it in: a secret that is left out stays as it is. */
export type ItemInput<K extends ItemKind> = Entered<
  K extends 'voiceMessage'
    ? Loose<VoiceMessage, 'audio' | 'contentType'>
    : K extends 'webhook'
      ? Loose<Webhook, 'keys'>
      : Items[K]
>;

/** An item as it may be shown: in place of a secret `x` stands `xSet: true`. */
export type ItemView = {
  readonly kind: ItemKind;
  readonly itemId: string;
  readonly item: JsonObject;
  readonly changedAt: string;
  /** Another one after every change. */
  readonly version: string;
};

export type ItemSet = {
  readonly itemId: string;
  /** Secrets that were made here, by name; in this answer only. */
  readonly made: Readonly<Record<string, string>>;
};

export interface ItemCommands {
  /**
   * Makes or replaces an item; the front end has checked its shape. A new id is made where none is given.
   * @param version what the caller has seen, `none` for nothing at all; unchecked where absent
   * @throws {Rejected} conflict, invalid
   */
  setItem<K extends ItemKind>(
    caller: Caller,
    kind: K,
    itemId: string | undefined,
    item: ItemInput<K>,
    version?: string,
  ): Promise<ItemSet>;
  /** @throws {Rejected} notFound, conflict */
  removeItem(caller: Caller, kind: ItemKind, itemId: string, version?: string): Promise<void>;
  /**
   * The audio of a voice message that is there.
   * @throws {Rejected} notFound; invalid where it is no such audio, or plays for too long
   */
  setRecording(
    caller: Caller,
    itemId: string,
    audio: { readonly contentType: VoiceMessage['contentType']; readonly bytes: Uint8Array },
  ): Promise<void>;
}

export interface ItemQueries {
  /** In the order in which they were first set. */
  listItems(kind: ItemKind): Promise<readonly ItemView[]>;
  getItem(kind: ItemKind, itemId: string): Promise<ItemView | undefined>;
  /** For other parts of the server, never for a front end that shows them. */
  openItems<K extends ItemKind>(kind: K): Promise<readonly OpenItem<K>[]>;
  /** Audio by its hash; undefined where it is not there. */
  recordingAudio(audio: string): Promise<Uint8Array | undefined>;
  /** What is set in a way that will not work as meant, in plain words. */
  configurationWarnings(): Promise<readonly string[]>;
}
