import { z } from 'zod';
import type { Caller } from '../facade.ts';
import type { ApiClientLimits } from '../facade/apiClients.ts';
import { Problem, type FieldFault } from './problem.ts';
import type { Scope } from './scopes.ts';

/** Faults that one answer lists; more help nobody and would cost as many bytes as the attacker likes. */
const maxFaults = 20;
const maxFaultTextLength = 120;
/** No body of this interface has nearly as many fields; a body of 100,000 is not worth reading. */
const maxBodyFields = 200;

/** Who is calling: an API client or the local administrator. */
export type Principal = {
  /** Tells callers apart in limits and idempotency records. */
  readonly key: string;
  readonly caller: Caller;
  readonly scopes: ReadonlySet<string>;
  /** How far it reaches within its scopes; as far as they go where absent. */
  readonly limits?: ApiClientLimits;
};

/** A body that is no JSON. */
export type Upload = { readonly contentType: string; readonly bytes: Uint8Array };

/** A call as it came over the wire, before its schemas. */
export type RawCall = {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly principal: Principal;
  readonly idempotencyKey?: string;
  /** The version that the caller has seen, without quotes (RFC 9110 §13.1.1). */
  readonly ifMatch?: string;
  /** The body of an operation that takes other bytes than JSON. */
  readonly upload?: Upload;
  /** `X-Request-Id` of the answer, which the events that follow carry too. */
  readonly callId: string;
  /** Where an event stream was left (WHATWG HTML §9.2 'Last-Event-ID'). */
  readonly lastEventId?: string;
  /** Mount path, for links: `/api/v1`. */
  readonly base: string;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
};

export type JsonAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** A file that is made while it is sent. */
export type TextAnswer = {
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<string>;
};

/** One server-sent event. */
export type StreamMessage = { readonly id: string; readonly event: string; readonly data: unknown };
/** Messages as they come; an empty batch says that nothing has for a while. */
export type Stream = (call: RawCall) => Promise<AsyncIterable<readonly StreamMessage[]>>;

/** What the description and the router need to know of one operation. */
export type Operation = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/users/{username}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: Scope;
  readonly schemas: {
    readonly params: z.ZodObject;
    readonly query: z.ZodObject;
    readonly body: z.ZodObject | undefined;
    readonly replies: Readonly<Record<number, z.ZodType>>;
  };
  /** Its answer is on record; or made again, since it holds what no record may; or the key goes down to the command. */
  readonly idempotency: 'here' | 'remade' | 'passedDown';
  /** Takes the version that the caller has seen in If-Match. */
  readonly versioned?: true;
  /** Content types and size of a body that is no JSON. */
  readonly takes?: { readonly types: readonly string[]; readonly maxBytes: number };
  /** What it answers to who accepts `text/event-stream`. */
  readonly orStream?: Stream;
  /** @throws {Problem} for what does not fit the description */
  check?(call: RawCall): void;
} & (
  | { readonly kind: 'json'; answer(call: RawCall): Promise<JsonAnswer> }
  | { readonly kind: 'lines'; lines(call: RawCall): AsyncIterable<unknown> }
  | { readonly kind: 'text'; readonly mediaType: string; text(call: RawCall): Promise<TextAnswer> }
  | { readonly kind: 'stream'; readonly stream: Stream }
);

type Replies = Readonly<Record<number, z.ZodType>>;
/** Makes the answer of a described status; what its schema does not name stays here. */
type ReplyWith<R extends Replies> = <S extends keyof R & number>(
  status: S,
  body: z.input<R[S]>,
  headers?: Readonly<Record<string, string>>,
) => JsonAnswer;

type Call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = Omit<
  RawCall,
  'params' | 'query' | 'body'
> & {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly caller: Caller;
};

type Common = Pick<Operation, 'method' | 'path' | 'id' | 'summary' | 'tag' | 'scope'> & {
  readonly idempotency?: Operation['idempotency'];
  readonly versioned?: true;
};
type Inputs<P, Q, B> = { readonly params?: P; readonly query?: Q; readonly body?: B };

const nothing = z.strictObject({});

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
const cut = (text: string): string =>
  text.length > maxFaultTextLength ? `${text.slice(0, maxFaultTextLength)}…` : text;

const faultsOf = (place: FieldFault['in'], error: z.ZodError): readonly FieldFault[] => {
  const faults: FieldFault[] = [];
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys.slice(0, maxFaults))
        faults.push({
          in: place,
          path: cut(pointer([...issue.path, key])),
          detail: 'unknown field',
        });
    else faults.push({ in: place, path: cut(pointer(issue.path)), detail: cut(issue.message) });
    if (faults.length >= maxFaults) break;
  }
  return faults.slice(0, maxFaults);
};

const parse = <S extends z.ZodType>(place: FieldFault['in'], schema: S, value: unknown) => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = faultsOf(place, parsed.error);
  throw new Problem(
    400,
    errors.some((fault) => fault.detail === 'unknown field') ? 'UNKNOWN_FIELD' : 'BAD_REQUEST',
    'The request does not fit the description of this call; see errors.',
    { errors },
  );
};

const tooManyFields = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length > maxBodyFields;

const inputsOf = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  spec: Inputs<P, Q, B>,
) => {
  const params = spec.params ?? nothing;
  const query = spec.query ?? nothing;
  const body = spec.body ?? nothing;
  return {
    schemas: { params, query, body: spec.body },
    read: (call: RawCall): Call<P, Q, B> => {
      if (tooManyFields(call.body))
        throw new Problem(400, 'BAD_REQUEST', 'The body has too many fields.');
      const read = {
        params: parse('path', params, call.params),
        query: parse('query', query, call.query),
        // A call that takes no body may still get `{}` or nothing.
        body: parse('body', body, call.body === undefined && !spec.body ? {} : call.body),
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the defaults above have no fields, as the generic defaults say
      return {
        ...call,
        ...read,
        caller: { ...call.principal.caller, callId: call.callId },
      } as unknown as Call<P, Q, B>;
    },
  };
};

type Empty = typeof nothing;

/** One operation that answers JSON: a schema for each part, and one call. Replies are parsed too. */
export const route = <
  const R extends Replies,
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
  B extends z.ZodObject = Empty,
>(
  spec: Common &
    Inputs<P, Q, B> & {
      readonly replies: R;
      run(call: Call<P, Q, B>, reply: ReplyWith<R>): Promise<JsonAnswer>;
    },
): Operation => {
  const { schemas, read } = inputsOf(spec);
  const reply: ReplyWith<R> = (status, body, headers = {}) => {
    const schema: z.ZodType | undefined = spec.replies[status];
    if (!schema) throw new TypeError(`${spec.id} answered with an undescribed status`);
    return { status, body: schema.parse(body), headers };
  };
  return {
    ...spec,
    kind: 'json',
    idempotency: spec.idempotency ?? 'here',
    schemas: { ...schemas, replies: spec.replies },
    check: (call) => void read(call),
    answer: async (call) => spec.run(read(call), reply),
  };
};

/** One operation whose body is a file. */
export const uploadRoute = <
  const R extends Replies,
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
>(
  spec: Common &
    Pick<Required<Operation>, 'takes'> & {
      readonly params?: P;
      readonly query?: Q;
      readonly replies: R;
      run(
        call: Call<P, Q, Empty> & { readonly upload: Upload },
        reply: ReplyWith<R>,
      ): Promise<JsonAnswer>;
    },
): Operation => {
  const { takes, ...rest } = spec;
  const operation = route<R, P, Q>({
    ...rest,
    async run(call, reply) {
      const { upload } = call;
      if (upload === undefined) throw new Problem(400, 'BAD_REQUEST', 'The body is missing.');
      return spec.run({ ...call, upload }, reply);
    },
  });
  return { ...operation, takes };
};

/** One operation that answers a line of JSON at a time (NDJSON), for work that takes long. */
export const lineRoute = <Line extends z.ZodType, B extends z.ZodObject = Empty>(
  spec: Common &
    Inputs<Empty, Empty, B> & {
      readonly line: Line;
      run(call: Call<Empty, Empty, B>): AsyncIterable<z.input<Line>>;
    },
): Operation => {
  const { schemas, read } = inputsOf<Empty, Empty, B>(spec);
  return {
    ...spec,
    kind: 'lines',
    idempotency: 'passedDown',
    schemas: { ...schemas, replies: { 200: spec.line } },
    async *lines(call) {
      for await (const line of spec.run(read(call))) yield spec.line.parse(line);
    },
  };
};

/** One operation that answers a file of text. */
export const textRoute = <P extends z.ZodObject = Empty, Q extends z.ZodObject = Empty>(
  spec: Common &
    Inputs<P, Q, Empty> & {
      readonly mediaType: string;
      run(call: Call<P, Q, Empty>): Promise<TextAnswer>;
    },
): Operation => {
  const { schemas, read } = inputsOf<P, Q, Empty>(spec);
  return {
    ...spec,
    kind: 'text',
    idempotency: 'passedDown',
    schemas: { ...schemas, replies: { 200: z.string() } },
    text: async (call) => spec.run(read(call)),
  };
};

/** Operations that answer server-sent events: one of its own, and what to add to a list that can be followed too. */
export const streamRoute = <Q extends z.ZodObject = Empty, P extends z.ZodObject = Empty>(
  spec: Common &
    Inputs<P, Q, Empty> & {
      readonly message: z.ZodType;
      follow(call: Call<P, Q, Empty>): Promise<AsyncIterable<readonly StreamMessage[]>>;
    },
): Extract<Operation, { kind: 'stream' }> => {
  const { schemas, read } = inputsOf<P, Q, Empty>(spec);
  return {
    ...spec,
    kind: 'stream',
    idempotency: 'passedDown',
    schemas: { ...schemas, replies: { 200: spec.message } },
    stream: async (call) => spec.follow(read(call)),
  };
};
