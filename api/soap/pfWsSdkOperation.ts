import { Rejected } from '../../domain/errors.ts';
import type { SdkScope } from '../../domain/items/sdkCaller.ts';
import type { Caller, Facade, UserView } from '../facade.ts';
import { ArgumentRefused } from './deserialise.ts';
import type { Arguments } from './deserialise.ts';
import { sdkErrors } from './pfWsSdkCodes.ts';
import type { Outputs } from './serialise.ts';

/** The account that signed in. Its name is the actor of all it does; names inside a message never are. */
export type SdkCaller = {
  readonly caller: Caller;
  /** TLS here, or at a proxy that is trusted to say so. */
  readonly secure: boolean;
  /** All where absent, as migrated accounts have. */
  readonly scopes?: ReadonlySet<SdkScope>;
  /** Longest wait for a person, milliseconds; the endpoint's own where absent. */
  readonly waitMs?: number;
  /** Calls that it may have open at one time; the endpoint's limit alone where absent. */
  readonly maxOpenCalls?: number;
};

export type { SdkScope } from '../../domain/items/sdkCaller.ts';

export type SdkContext = {
  readonly facade: Facade;
  readonly sdk: SdkCaller;
  readonly signal: AbortSignal;
  /** Longest wait for a person, milliseconds. */
  readonly waitMs: number;
};

/** One operation: who may call it, what "not found" means in it, and what it does. */
export type SdkOperation = {
  /** `none`: every account that may sign in at all. */
  readonly scope: SdkScope | 'none';
  readonly missing: 'userNotFound' | 'notFound';
  readonly run: (args: Arguments, context: SdkContext) => Promise<Outputs>;
};

/** Longest texts that are taken, in UTF-16 units. */
export const maxLengths = { name: 256, text: 500, secret: 512 } as const;

/** A text that may be empty. @throws {ArgumentRefused} where it is too long */
export const optional = (
  args: Arguments,
  name: string,
  maxLength: number = maxLengths.name,
): string => {
  const text = args.text(name);
  if (text.length > maxLength) throw new ArgumentRefused(name);
  return text;
};

/** A text that must be there. @throws {ArgumentRefused} where it is empty or too long */
export const required = (
  args: Arguments,
  name: string,
  maxLength: number = maxLengths.name,
): string => {
  const text = optional(args, name, maxLength);
  if (text.trim() === '') throw new ArgumentRefused(name);
  return text;
};

/** The authenticated account, with the name that the message gives ("changedBy") beside it (spec/60). */
export const onBehalfOf = ({ sdk }: SdkContext, args: Arguments, name: string): Caller => {
  const named = optional(args, name);
  return named === '' ? sdk.caller : { ...sdk.caller, onBehalfOf: named };
};

/** @throws {Rejected} notFound */
export const findUser = async ({ facade }: SdkContext, args: Arguments): Promise<UserView> => {
  const user = await facade.queries.findUser(required(args, 'username'));
  if (user === undefined) throw new Rejected('notFound', 'no such user');
  return user;
};

export const done: Outputs = { Result: true, error: sdkErrors.none };
