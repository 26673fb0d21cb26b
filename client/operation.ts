/** What the runtime must know of an operation besides its types. */
export type OperationFacts = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/users/{username}`. */
  readonly path: string;
  /** One JSON value, a line of JSON at a time, a file of text, or server-sent events. */
  readonly answers: 'json' | 'lines' | 'text' | 'events';
  /** Takes an Idempotency-Key, so that a repeat is the same call. */
  readonly keyed?: true;
};

/** A body that is no JSON. */
export type Upload<Type extends string = string> = {
  readonly contentType: Type;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** An object without fields. */
export type Nothing = Readonly<Record<string, never>>;
