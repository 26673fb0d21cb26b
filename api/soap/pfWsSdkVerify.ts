import { Rejected } from '../../domain/errors.ts';
import type { Channel, Method } from '../../domain/methods.ts';
import { letsIn, outcomeOf } from '../../domain/results.ts';
import type { Attempt } from '../facade.ts';
import type { Arguments } from './deserialise.ts';
import { callResultOf, callResults, errorOfRefusal, sdkErrors } from './pfWsSdkCodes.ts';
import { optional, required } from './pfWsSdkOperation.ts';
import type { SdkContext, SdkOperation } from './pfWsSdkOperation.ts';
import type { SdkCode } from './pfWsSdkCodes.ts';
import type { Outputs } from './serialise.ts';

/** Shown in reports where a script passes an unset variable as application. */
const unnamedApplication = 'SDK';

/** `AuthenticationType` selects the channel that reports show (spec/60). */
const channels: ReadonlyMap<string, Channel> = new Map([
  ['radius', 'radius'],
  ['ldap', 'ldap'],
  ['userportal', 'portal'],
  ['adfs', 'adfs'],
  ['iis', 'gate'],
  ['windows', 'gate'],
  ['citrix', 'gate'],
  ['owa', 'gate'],
  ['website', 'gate'],
]);

/** PfAuthUser in all its numbers: runs one attempt and blocks until it has ended. */
export const pfAuthUser: SdkOperation = {
  scope: 'verify',
  missing: 'userNotFound',
  async run(args, { facade, sdk, signal, waitMs }) {
    const initiatingIp = optional(args, 'initiatingIp');
    const channel = channels.get(args.text('initiatingAuthenticationType')) ?? 'sdk';
    const attempt = await facade.commands.authenticate(
      { ...sdk.caller, channel },
      {
        username: required(args, 'username'),
        application: optional(args, 'applicationName') || unnamedApplication,
        requireUserMatch: args.flag('requireUserMatch'),
        ...(initiatingIp === '' ? {} : { initiatingIp }),
      },
      { waitMs, signal },
    );
    return { ...verdict(attempt, pendingResult), authenticationRequestId: attempt.requestId };
  },
};

/** The second step after call result 20 or 22. */
export const validateOtp: SdkOperation = {
  scope: 'verify',
  missing: 'notFound',
  async run(args, { facade, sdk }) {
    const requestId = required(args, 'authenticationRequestId').trim().toUpperCase();
    const code = required(args, 'otp').trim();
    const attempt = await facade.commands
      .submitCode(sdk.caller, requestId, code)
      .catch(foreignIsUnknown);
    return verdict(attempt, wrongCode);
  },
};

/** Whether a request of somebody else is there, is nobody's business (SEC-63). */
const foreignIsUnknown = (error: unknown): never => {
  throw error instanceof Rejected && error.kind === 'notAllowed'
    ? new Rejected('notFound', 'there is no such open request')
    : error;
};

/** One typed code, decided at once. */
export const validateOathCode: SdkOperation = {
  scope: 'verify',
  missing: 'userNotFound',
  run: (args, context) => decideCode(args, context),
};

const decideCode = async (args: Arguments, context: SdkContext): Promise<Outputs> => {
  const { facade, sdk, signal, waitMs } = context;
  const attempt = await facade.commands.authenticate(
    sdk.caller,
    {
      username: required(args, 'username'),
      application: unnamedApplication,
      requireUserMatch: true,
      code: required(args, 'oathCode').trim(),
    },
    { waitMs, signal },
  );
  return verdict(attempt, wrongCode);
};

/** What is said while there is no end yet. */
type Pending = (attempt: Attempt) => { callResult: SdkCode; error: SdkCode };

/** A wait for a code is no refusal, so its error is 0; the caller goes on with ValidateOtp. */
const pendingResult: Pending = ({ state, method }) => {
  if (state !== 'awaiting-code') {
    return { callResult: callResults.FAILED_AUTH_RESULT_TIMEOUT, error: sdkErrors.denied };
  }
  const callResult = callResults[codePending[method ?? 'oath']];
  return { callResult, error: sdkErrors.none };
};

const codePending = {
  app: 'SUCCESS_OATH_CODE_PENDING',
  oath: 'SUCCESS_OATH_CODE_PENDING',
  sms: 'SUCCESS_SMS_SENT',
  call: 'SUCCESS_OATH_CODE_PENDING',
} as const satisfies Record<Method, keyof typeof callResults>;

/** After a code was handed in, an attempt that still waits for one has refused it. */
const wrongCode: Pending = ({ method }) => ({
  callResult: callResultOf('WRONG_CODE', method ?? 'oath'),
  error: sdkErrors.denied,
});

const verdict = (attempt: Attempt, pending: Pending): Outputs => {
  const { code, method } = attempt;
  if (code === undefined) return { Result: false, ...pending(attempt) };
  const callResult = callResultOf(code, method, attempt);
  return letsIn(outcomeOf(code))
    ? { Result: true, callResult, error: sdkErrors.none }
    : { Result: false, callResult, error: errorOfRefusal(code) };
};
