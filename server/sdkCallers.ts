import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { callersGroup } from '../api/commands/accounts.ts';
import type { Facade } from '../api/facade.ts';
import { rateLimiter, type Clock } from '../api/rest/rateLimit.ts';
import type { Credentials } from '../api/soap/asmxHttp.ts';
import { channelOf, type Negotiator } from '../api/soap/negotiate/negotiator.ts';
import { readBasic, splitAccount } from '../api/soap/basicAuth.ts';
import type { PfWsSdkOptions } from '../api/soap/pfWsSdk.ts';
import { liesIn } from '../domain/addresses.ts';
import type { CallerRefusal } from '../domain/events/auditing.ts';
import type { SdkCaller } from '../domain/items/sdkCaller.ts';
import { present } from '../domain/present.ts';

/** Calls of one account (spec/60), where nothing else is set for it. */
const defaultCallsPerSecond = 50;
/** SEC-65. */
const defaultOpenCalls = 500;
/** Accounts whose calls are counted; the one that was silent longest is forgotten first. */
const maxCounted = 10_000;

type Account = {
  readonly accountId: string;
  readonly name: string;
  readonly groups: readonly string[];
};
type SignedIn = {
  readonly account: Account;
  readonly rules: Partial<SdkCaller>;
  readonly headers?: Readonly<Record<string, string>>;
};

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const asPlainAddress = (address: string): string => address.replace(/^::ffff:/i, '');

/**
 * Who calls the SDK: an account of the callers group, by its password or by the certificate that is set for it
 * (contracts/sdk-soap.md section 2), from where it may, and not more often than it may.
 */
export const sdkAuthentication = (
  { queries, refusals }: Facade,
  clock: Clock,
  tickets?: Negotiator,
): PfWsSdkOptions['authenticate'] => {
  const limiters = new Map<number, ReturnType<typeof rateLimiter>>();
  const limiterOf = (perSecond: number) => {
    const known = limiters.get(perSecond) ?? rateLimiter({ perSecond, maxKeys: maxCounted, clock });
    limiters.set(perSecond, known);
    return known;
  };

  const rulesFor = async (fits: (rules: SdkCaller) => boolean): Promise<SdkCaller | undefined> =>
    (await queries.openItems('sdkCaller')).find(fits);

  const byRules = async (rules: SdkCaller | undefined): Promise<SignedIn | undefined> => {
    if (rules === undefined) return undefined;
    const accounts = await queries.listServiceAccounts();
    const account = accounts.find(({ name }) => sameName(name, rules.account));
    return account && { account, rules };
  };

  const byCertificate = async (certificate: Buffer): Promise<SignedIn | undefined> => {
    const fingerprint = createHash('sha256').update(certificate).digest('hex');
    return await byRules(await rulesFor((one) => one.certificate === fingerprint));
  };

  /** A name of a directory is no name of ours: which account it signs in is set for each (`principal`). */
  const byTicket = async (
    authorization: string,
    channel: Buffer | undefined,
  ): Promise<SignedIn | undefined> => {
    const accepted = tickets?.accept(authorization, channel);
    if (!accepted) return undefined;
    const found = await byRules(await rulesFor((one) => one.principal === accepted.principal));
    // Each request proves itself: nothing hangs on the connection.
    const { answer } = accepted;
    const headers = {
      'Persistent-Auth': 'false',
      ...(answer === undefined ? {} : { 'WWW-Authenticate': answer }),
    };
    return found && { ...found, headers };
  };

  const byPassword = async (authorization: string | undefined): Promise<SignedIn | undefined> => {
    const credentials = readBasic(authorization);
    if (!credentials) return undefined;
    const { name } = splitAccount(credentials.username);
    const account = await queries.verifyServiceAccount(name, credentials.password);
    if (!account) return undefined;
    const found = await rulesFor((one) => sameName(one.account, account.name));
    const rules: Partial<SdkCaller> = found ?? {};
    return rules.certificateOnly === true ? undefined : { account, rules };
  };

  const signIn = (
    { authorization, tls }: Credentials,
    { socket }: IncomingMessage,
  ): Promise<SignedIn | undefined> => {
    if (authorization === undefined && tls.clientCertificate !== undefined)
      return byCertificate(tls.clientCertificate);
    return authorization !== undefined && /^negotiate /i.test(authorization)
      ? byTicket(authorization, channelOf(socket))
      : byPassword(authorization);
  };

  return async (credentials, request) => {
    const signedIn = await signIn(credentials, request);
    const address = request.socket.remoteAddress;
    const accountId = signedIn?.account.accountId;
    const no = <Kind extends string>(
      kind: Kind,
      reason: CallerRefusal,
    ): { readonly kind: Kind } => {
      refusals?.callerRefused({ door: 'sdk', reason, ...present({ accountId, address }) });
      return { kind };
    };
    if (!signedIn) return no('unauthorized', 'credentials');
    const { account, rules, headers } = signedIn;
    const { addresses, scopes, waitSeconds } = rules;
    if (!account.groups.includes(callersGroup)) return no('forbidden', 'group');
    if (addresses && !liesIn(asPlainAddress(address ?? ''), addresses))
      return no('forbidden', 'address');
    const { allowed } = limiterOf(rules.callsPerSecond ?? defaultCallsPerSecond)(account.accountId);
    if (!allowed) return no('busy', 'rate');
    return {
      kind: 'ok',
      ...(headers === undefined ? {} : { headers }),
      caller: {
        secure: credentials.tls.encrypted,
        caller: {
          actor: { kind: 'serviceAccount', id: account.accountId },
          channel: 'sdk',
          ...(address === undefined ? {} : { address }),
        },
        maxOpenCalls: rules.openCalls ?? defaultOpenCalls,
        ...(scopes === undefined ? {} : { scopes: new Set(scopes) }),
        ...(waitSeconds === undefined ? {} : { waitMs: waitSeconds * 1_000 }),
      },
    };
  };
};
