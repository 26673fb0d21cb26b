import { readFileSync } from 'node:fs';
import { Rejected } from '../../domain/errors.ts';
import { Unavailable } from '../facade.ts';
import type { Facade } from '../facade.ts';
import { Overloaded } from '../facade/overloaded.ts';
import { asmx } from './asmx.ts';
import type { AsmxHandler, AsmxOptions, Call } from './asmx.ts';
import type { Arguments } from './deserialise.ts';
import { errorOfRejection, sdkErrors } from './pfWsSdkCodes.ts';
import type { SdkCode } from './pfWsSdkCodes.ts';
import { done } from './pfWsSdkOperation.ts';
import { refusalsOf } from './pfWsSdkRefusals.ts';
import type { SdkCaller, SdkOperation } from './pfWsSdkOperation.ts';
import { deleteUserGdpr, getUserGdpr } from './pfWsSdkPrivacy.ts';
import { findUsers } from './pfWsSdkSearch.ts';
import * as users from './pfWsSdkUsers.ts';
import { pfAuthUser, validateOathCode, validateOtp } from './pfWsSdkVerify.ts';
import type { Outputs } from './serialise.ts';
import { readWsdl, readWsdlInTurns } from './wsdl.ts';
import type { Wsdl } from './wsdl.ts';

/** Where callers of the retired product look (contracts/sdk-soap.md section 1). */
export const sdkPaths: readonly string[] = [
  '/MultiFactorAuthWebServiceSdk/PfWsSdk.asmx',
  '/PhoneFactorWebServiceSdk/PfWsSdk.asmx',
];

/** Below the 100 s after which .NET proxies give up (section 9). */
const defaultWaitMs = 90_000;

export type PfWsSdkOptions = Pick<
  AsmxOptions<SdkCaller>,
  'authenticate' | 'negotiates' | 'onError' | 'publicUrl' | 'maxOpenCalls'
> & {
  readonly facade: Facade;
  /** Path aliases, `sdkPaths` where absent. */
  readonly paths?: readonly string[];
  /** Longest blocking verification, milliseconds; default 90,000. */
  readonly waitMs?: number;
};

/** The Web Service SDK endpoint: translates its operations to the facade and back, and decides nothing. */
export const pfWsSdk = ({ facade, waitMs, paths, ...options }: PfWsSdkOptions): AsmxHandler =>
  asmx<SdkCaller>({
    ...options,
    wsdl: publishedWsdl,
    title: 'Web Service SDK',
    openCallsOf: ({ caller, maxOpenCalls }) =>
      maxOpenCalls === undefined ? undefined : { key: caller.actor.id, max: maxOpenCalls },
    paths: paths ?? sdkPaths,
    malformed: () => refused(sdkErrors.badInput),
    dispatch: (operation, args, call) =>
      run(operation, args, { facade, waitMs: call.caller.waitMs ?? waitMs ?? defaultWaitMs }, call),
  });

const contract = (): string => readFileSync(new URL('pfWsSdk.wsdl', import.meta.url), 'utf8');

/** The published contract. */
export const readPfWsSdk = (): Wsdl => readWsdl(contract());

let published: Promise<Wsdl> | undefined;
/** Read once, for the first caller: a start need not wait for it. */
const publishedWsdl = async (): Promise<Wsdl> => (published ??= readWsdlInTurns(contract()));

const testSecurity: SdkOperation = {
  scope: 'none',
  missing: 'notFound',
  run: async (_args, { sdk }) => ({ Result: sdk.secure ? 'secure' : 'insecure' }),
};

const testMasterConnection: SdkOperation = {
  scope: 'none',
  missing: 'notFound',
  run: async (_args, { facade }) =>
    (await facade.queries.canWrite()) ? done : refused(sdkErrors.unavailable),
};

/**
 * What this version carries out. CombinedAuthUser_4 has nothing behind the facade yet, since no door checks a first
 * factor, and says so with an error of its own.
 */
const operations: ReadonlyMap<string, SdkOperation> = new Map([
  ['TestSecurity', testSecurity],
  ['TestMasterConnection', testMasterConnection],
  ['CanonicalizeUser', users.canonicalizeUser],
  ['PfAuthUser', pfAuthUser],
  ['PfAuthUser_2', pfAuthUser],
  ['PfAuthUser_3', pfAuthUser],
  ['PfAuthUser_4', pfAuthUser],
  ['PfAuthUser_5', pfAuthUser],
  ['ValidateOtp', validateOtp],
  ['ValidateOathCode', validateOathCode],
  ['GetUserSettings', users.getUserSettings(1)],
  ['GetUserSettings_2', users.getUserSettings(2)],
  ['GetUserSettings_3', users.getUserSettings(3)],
  ['SetUserSettings', users.setUserSettings(1)],
  ['SetUserSettings_2', users.setUserSettings(2)],
  ['SetUserSettings_3', users.setUserSettings(3)],
  ['GetUserInfo', users.getUserInfo],
  ['GetPhone', users.getPhone],
  ['SetPhone', users.setPhone],
  ['GetUserDevices', users.getUserDevices],
  ['RemoveUserDevice', users.removeUserDevice],
  ['GetPhoneAppActivationCode', users.getPhoneAppActivationCode],
  ['SetOathToken', users.setOathToken],
  ['SetPin', users.setPin],
  ['OneTimeBypass', users.oneTimeBypass],
  ['AddUser', users.addUser],
  ['RemoveUser', users.removeUser],
  ['Enable', users.setEnabled(true)],
  ['Disable', users.setEnabled(false)],
  ['GetUserGdpr', getUserGdpr],
  ['DeleteUserGdpr', deleteUserGdpr],
  ['FindUsers', findUsers],
  ['FindUsers_2', findUsers],
  ['FindUsers_3', findUsers],
  ['FindUsers_4', findUsers],
]);

const refused = (error: SdkCode): Outputs => ({ Result: false, error });

const run = async (
  name: string,
  args: Arguments,
  server: { readonly facade: Facade; readonly waitMs: number },
  { caller, signal }: Call<SdkCaller>,
): Promise<Outputs> => {
  const operation = operations.get(name);
  if (operation === undefined) return refused(sdkErrors.notOffered);
  const { scope } = operation;
  const no = refusalsOf(server.facade, caller, name, operation);
  const allowed = scope === 'none' || caller.scopes === undefined || caller.scopes.has(scope);
  if (!allowed) return no.outOfScope(sdkErrors.noScope);
  try {
    return await no.answered(await operation.run(args, { ...server, sdk: caller, signal }));
  } catch (error) {
    if (error instanceof Rejected)
      return no.refused(errorOfRejection(error.kind, operation.missing));
    // Busy is no verdict: HTTP says it, and the caller comes again (REL-13).
    if (error instanceof Overloaded) throw error;
    if (error instanceof Unavailable) return refused(sdkErrors.unavailable);
    throw error;
  }
};
