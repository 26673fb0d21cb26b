import type { Facade } from '../facade.ts';
import type { SdkCode } from './pfWsSdkCodes.ts';
import type { SdkCaller, SdkOperation } from './pfWsSdkOperation.ts';
import type { Outputs } from './serialise.ts';

/** The contract answers refusals with a good status and an error of its own. */
const httpStatus = 200;

/** Of these a look at what is not there is no refused order. */
const reads = ({ scope }: SdkOperation): boolean => scope === 'none' || scope === 'read users';

/** Puts on record what an account was refused, as it is done for REST; the answer is no with or without a record of it. */
const record = async (
  { auditing }: Pick<Facade, 'auditing'>,
  { caller }: SdkCaller,
  operation: string,
  { Code }: SdkCode,
): Promise<void> => {
  const refusal = { operation, status: httpStatus, code: `sdk-${Code}` };
  await auditing?.refused(caller, refusal).catch(() => undefined);
};

const errorIn = ({ Result, error }: Outputs): SdkCode | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract has nothing else there
  Result === false ? (error as SdkCode | undefined) : undefined;

/** What the operations of one call say no with. */
export const refusalsOf = (
  facade: Pick<Facade, 'auditing'>,
  caller: SdkCaller,
  name: string,
  operation: SdkOperation,
) => ({
  /** The rules said no to an order. */
  async refused(error: SdkCode): Promise<Outputs> {
    if (!reads(operation)) await record(facade, caller, name, error);
    return { Result: false, error };
  },
  /** What the account's scopes do not reach; readings too. */
  async outOfScope(error: SdkCode): Promise<Outputs> {
    await record(facade, caller, name, error);
    return { Result: false, error };
  },
  /** An operation that says no by itself. A login that ends badly has facts of its own. */
  async answered(outputs: Outputs): Promise<Outputs> {
    const error = errorIn(outputs);
    if (error && !reads(operation) && operation.scope !== 'verify')
      await record(facade, caller, name, error);
    return outputs;
  },
});
