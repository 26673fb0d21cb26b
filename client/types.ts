import type { operations } from './operations.ts';
import type { Operations } from './schema.ts';

export type OperationName = keyof Operations;
type Facts = typeof operations;
type Answering<How> = {
  [Name in OperationName]: Facts[Name]['answers'] extends How ? Name : never;
}[OperationName];

/** Operations by what they answer. */
export type JsonName = Answering<'json'>;
export type LinesName = Answering<'lines'>;
export type TextName = Answering<'text'>;
export type EventsName = Answering<'events'>;

type Part<Name extends OperationName, Key extends 'path' | 'query' | 'body'> =
  Operations[Name] extends Readonly<Record<Key, infer Value>> ? Value : never;

export type Path<Name extends OperationName> = Part<Name, 'path'>;
export type Query<Name extends OperationName> = Part<Name, 'query'>;
export type Body<Name extends OperationName> = Part<Name, 'body'>;
export type Reply<Name extends OperationName> = Operations[Name]['reply'];

type HasQuery<Name extends OperationName, Field extends string> = [Query<Name>] extends [never]
  ? false
  : Field extends keyof Query<Name>
    ? true
    : false;

/** Lists that come in pages, and one row of each. */
export type ListName = {
  [Name in JsonName]: Reply<Name> extends { readonly items: readonly unknown[] }
    ? HasQuery<Name, 'cursor'> extends true
      ? Name
      : never
    : never;
}[JsonName];
export type Row<Name extends OperationName> =
  Reply<Name> extends { readonly items: readonly (infer Item)[] } ? Item : never;

/** Operations that can be asked to wait for a change. */
export type WaitingName = {
  [Name in JsonName]: HasQuery<Name, 'wait'> extends true ? Name : never;
}[JsonName];

/** A part that may be left out where all of its fields may. */
type Given<Name extends OperationName, Key extends 'path' | 'query' | 'body'> = [
  Part<Name, Key>,
] extends [never]
  ? unknown
  : Partial<Part<Name, Key>> extends Part<Name, Key>
    ? { readonly [K in Key]?: Part<Name, Key> | undefined }
    : { readonly [K in Key]: Part<Name, Key> };

/** What every call may be given besides its parts. */
export type CallOptions = {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** ETag, without quotes, of the answer that a change is based on, or `*`. */
  readonly ifMatch?: string | undefined;
  /** Names this call for 24 h: a repeat under the same key is the same call. Made anew for each call where absent. */
  readonly idempotencyKey?: string;
};

export type Input<Name extends OperationName> = Given<Name, 'path'> &
  Given<Name, 'query'> &
  Given<Name, 'body'> &
  CallOptions;

/** The input, which may be left out where nothing in it must be given. */
export type Arguments<Name extends OperationName> =
  Partial<Input<Name>> extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>];
