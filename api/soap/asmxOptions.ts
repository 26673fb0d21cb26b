import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './asmxHttp.ts';
import type { Arguments } from './deserialise.ts';
import type { Outputs } from './serialise.ts';
import type { Wsdl } from './wsdl.ts';

export type Identity<Caller> =
  | {
      readonly kind: 'ok';
      readonly caller: Caller;
      /** What the answer says to how the caller signed in. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }
  /** Calls more often than it may. */
  | { readonly kind: 'busy' };

/** One call as an operation sees it. The signal fires when the caller has hung up. */
export type Call<Caller> = { readonly caller: Caller; readonly signal: AbortSignal };

export type AsmxOptions<Caller> = {
  /** The published contract; asked for with each call. */
  readonly wsdl: () => Promise<Wsdl>;
  /** Paths that lead here, matched without regard to case; each publishes itself. */
  readonly paths: readonly string[];
  /** Public base, `https://mfa.example.org:8443`; without it the Host header names us. */
  readonly publicUrl?: string;
  readonly title: string;
  /** Decides who calls. Not asked where a request brings no credentials at all. */
  readonly authenticate: (
    credentials: Credentials,
    request: IncomingMessage,
  ) => Promise<Identity<Caller>>;
  /** Tickets are taken too, and so are offered: callers that know both prefer them, and do not fall back. */
  readonly negotiates?: boolean;
  readonly dispatch: (operation: string, args: Arguments, call: Call<Caller>) => Promise<Outputs>;
  /** The answer to a call with a malformed value. */
  readonly malformed: (operation: string, field: string) => Outputs;
  /** Told what went wrong inside; callers never are. */
  readonly onError: (error: unknown) => void;
  /** Calls that may be open at once, default 2,000; more get 503 before their body is read. */
  readonly maxOpenCalls?: number;
  /** How many calls of one caller may be open at once; no limit of its own where absent or undefined. */
  readonly openCallsOf?: (
    caller: Caller,
  ) => { readonly key: string; readonly max: number } | undefined;
};

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };
