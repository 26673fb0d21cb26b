import type { DeviceAnswer } from '../../domain/events.ts';
import type { Answered } from '../../domain/attemptPush.ts';
import type { DeviceCall } from '../facade.ts';
import { present } from '../../domain/present.ts';
import { sha256 } from '../digest.ts';
import type { Call } from './http.ts';
import type {
  FetchRequest,
  PadContext,
  PadRequest,
  PinChangeRequest,
  PinRequest,
  ResultRequest,
  TokenChangeRequest,
  ValidateRequest,
} from './message.ts';
import { padRefusal, type PadErrorId } from './refusal.ts';
import { fetchNames, type FetchName, type PadReply } from './response.ts';
import type { MobileService } from './service.ts';

/** Hands one message to the rules and says in the phone's terms what they answered. */
export const answerMessage = (
  service: MobileService,
  call: Call,
  request: PadRequest,
): Promise<PadReply> => {
  switch (request.message) {
    case 'phoneAppValidateDeviceTokenRequest':
      return validate(service, call, request);
    case 'phoneAppAuthenticationRequest':
      return fetchDetails(service, call, request);
    case 'phoneAppAuthenticationResultRequest':
      return recordResult(service, call, request);
    case 'phoneAppPinValidationRequest':
      return checkPin(service, call, request);
    case 'phoneAppPinChangeRequest':
      return changePin(service, call, request);
    case 'phoneAppDeviceTokenChangeRequest':
      return changeToken(service, call, request);
    case 'phoneAppStartDeviceTokenChangeV2Request': {
      const { requestId } = request;
      const message = 'phoneAppStartDeviceTokenChangeV2Response';
      return Promise.resolve({ message, requestId, deviceTokenChangeResult: tokenChange.later });
    }
    case 'phoneAppCompleteDeviceTokenChangeV2Request':
      return Promise.resolve({
        message: 'phoneAppCompleteDeviceTokenChangeV2Response',
        requestId: request.requestId,
        accountValidationResults: request.accounts.map(notChecked),
      });
  }
};

const deviceCallOf = (context: PadContext, { address }: Call): DeviceCall => ({
  tokenHash: sha256(context.deviceToken),
  appVersion: context.version,
  osVersion: context.osVersion,
  ...present({ address }),
});

const validate = async (
  { facade }: MobileService,
  call: Call,
  { requestId, context, validationResult, accounts }: ValidateRequest,
): Promise<PadReply> => {
  const answer = await facade.commands.validateDevice({
    ...deviceCallOf(context, call),
    guid: context.guid,
    valid: validationResult,
    wantsPermit: context.needDosPreventer,
  });
  if (answer.kind !== 'recorded') return padRefusal(requestId, refusals[answer.kind]);
  return {
    message: 'phoneAppValidateDeviceTokenResponse',
    requestId,
    groupKey: answer.groupKey,
    dosPreventer: answer.permit ?? null,
    accountName: answer.accountName,
    username: answer.username,
    accountValidationResults: accounts.map(notChecked),
  };
};

/** No push asks for proofs of known accounts here; apps drop accounts that are told `Failure`. */
const notChecked = (account: {
  readonly azureObjectId: string;
  readonly azureTenantId: string;
  readonly phoneAppDetailId?: string;
}) => ({
  azureObjectId: account.azureObjectId,
  azureTenantId: account.azureTenantId,
  phoneAppDetailId: account.phoneAppDetailId ?? '',
  validationResult: 'TransientFailure' as const,
});

const fetchDetails = async (
  { facade }: MobileService,
  call: Call,
  { requestId, context }: FetchRequest,
): Promise<PadReply> => {
  const device = deviceCallOf(context, call);
  const push = await facade.queries.pushDetails(context.guid, device.tokenHash);
  if (typeof push === 'string') return padRefusal(requestId, refusals[push]);
  const details: Partial<Record<FetchName, string>> = {};
  for (const name of fetchNames) {
    const value = push[name];
    if (value !== undefined) details[name] = value;
  }
  const permit = context.needDosPreventer ? await facade.commands.issuePermit(device) : undefined;
  return {
    message: 'phoneAppAuthenticationResponse',
    requestId,
    details: { ...details, ...present({ dosPreventer: permit }) },
  };
};

const answers: Readonly<Record<1 | 2 | 3, DeviceAnswer>> = { 1: 'approve', 2: 'deny', 3: 'fraud' };

const recordResult = async (
  { facade }: MobileService,
  call: Call,
  request: ResultRequest,
): Promise<PadReply> => {
  const { requestId, context, authenticationResult } = request;
  const { answer } = await facade.commands.answerPush({
    ...deviceCallOf(context, call),
    guid: context.guid,
    answer: answers[authenticationResult],
    ...(context.oathCode === '' ? {} : { proof: context.oathCode }),
    ...present({ signature: context.signature }),
    ...newTokenOf(request),
  });
  return answer === 'recorded'
    ? { message: 'phoneAppAuthenticationResultResponse', requestId, result: 1 }
    : padRefusal(requestId, refusalOf(answer));
};

/** A token that an app sends along with every answer changes nothing unless it differs; a fraud report never does. */
const newTokenOf = ({
  context,
  authenticationResult,
  newDeviceToken,
  notificationType = 'pull',
}: ResultRequest): { newTokenHash?: string; notificationType?: string } =>
  newDeviceToken === undefined ||
  newDeviceToken === context.deviceToken ||
  authenticationResult === 3
    ? {}
    : { newTokenHash: sha256(newDeviceToken), notificationType };

const refusals = { notOpen: 9002, answered: 9003 } as const satisfies Record<string, PadErrorId>;

/** A plain answer that did not count: over, too many tries, or a PIN or number is wanted. */
const refusalOf = (answer: Answered): PadErrorId => {
  if (answer === 'notOpen' || answer === 'answered') return refusals[answer];
  return answer === 'throttled' ? 9005 : 9011;
};

/** Why a PIN or a number is not looked at: nothing is open here, or the request wants neither. */
const notWanted = async (
  { facade }: MobileService,
  { requestId, context }: PinRequest | PinChangeRequest,
): Promise<PadReply | undefined> => {
  const push = await facade.queries.pushDetails(context.guid, sha256(context.deviceToken));
  if (typeof push === 'string') return padRefusal(requestId, refusals[push]);
  const wanted = push['mode'] === 'pin' || push['entropyMode'] !== undefined;
  return wanted ? undefined : padRefusal(requestId, 9004);
};

/** contracts/mobile-app.md 7.4. */
const pinResults: Readonly<Partial<Record<Answered, number>>> = {
  pinRight: 1,
  pinWrong: 2,
  pinExhausted: 3,
  pinChange: 4,
  numberWrong: 5,
};
const numberRight = 6;

const checkPin = async (
  service: MobileService,
  call: Call,
  request: PinRequest,
): Promise<PadReply> => {
  const refused = await notWanted(service, request);
  if (refused) return refused;
  const { facade } = service;
  const { requestId, context, pin, selectedEntropyNumber, authenticate } = request;
  const { answer, triesLeft } = await facade.commands.answerPush({
    ...deviceCallOf(context, call),
    guid: context.guid,
    answer: 'approve',
    ...(context.oathCode === '' ? {} : { proof: context.oathCode }),
    ...present({ signature: context.signature }),
    pin,
    authenticate,
    ...(selectedEntropyNumber === null ? {} : { number: selectedEntropyNumber }),
  });
  const reply = (validationResult: number): PadReply => ({
    message: 'phoneAppPinValidationResponse',
    requestId,
    validationResult,
    pinRetries: triesLeft,
  });
  if (answer === 'recorded') return reply(selectedEntropyNumber === null ? 1 : numberRight);
  const result = pinResults[answer];
  return result === undefined ? padRefusal(requestId, refusalOf(answer)) : reply(result);
};

/** contracts/mobile-app.md 7.5. */
const changeResults: Readonly<Partial<Record<Answered, number>>> = {
  changed: 1,
  pinWrong: 2,
  pinExhausted: 3,
  form: 4,
  repeated: 5,
  sequence: 6,
  recent: 7,
  phone: 8,
  notAllowed: 9,
};

const changePin = async (
  service: MobileService,
  call: Call,
  request: PinChangeRequest,
): Promise<PadReply> => {
  const refused = await notWanted(service, request);
  if (refused) return refused;
  const { facade } = service;
  const { requestId, context, pin, newPin, authenticate } = request;
  const { answer } = await facade.commands.answerPush({
    ...deviceCallOf(context, call),
    guid: context.guid,
    answer: 'approve',
    ...(context.oathCode === '' ? {} : { proof: context.oathCode }),
    ...present({ signature: context.signature }),
    pin,
    newPin,
    authenticate,
  });
  const changeResult = changeResults[answer];
  return changeResult === undefined
    ? padRefusal(requestId, refusalOf(answer))
    : { message: 'phoneAppPinChangeResponse', requestId, changeResult };
};

/** contracts/mobile-app.md 9.1. */
const tokenChange = { done: 1, refused: 100, later: 102 } as const;

const changeToken = async (
  { facade, tokenChanges }: MobileService,
  call: Call,
  request: TokenChangeRequest,
): Promise<PadReply> => {
  const { requestId, appVersion, osVersion, notificationType = 'pull' } = request;
  const reply = (deviceTokenChangeResult: number): PadReply => ({
    message: 'phoneAppDeviceTokenChangeResponse',
    requestId,
    deviceTokenChangeResult,
  });
  const oldTokenHash = sha256(request.oldDeviceToken);
  if (tokenChanges.blockedForMs(oldTokenHash) > 0) return reply(tokenChange.later);
  const changed = await facade.commands.changeDeviceToken({
    tokenHash: oldTokenHash,
    appVersion,
    osVersion,
    ...present({ address: call.address }),
    permit: request.dosPreventer,
    oldTokenHash,
    newTokenHash: sha256(request.newDeviceToken),
    notificationType,
  });
  if (changed) return reply(tokenChange.done);
  tokenChanges.hit(oldTokenHash);
  return reply(tokenChange.refused);
};
