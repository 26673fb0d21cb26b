import { Rejected } from '../../domain/errors.ts';
import { Unavailable, type ActivationAnswer, type BeginActivation } from '../facade.ts';
import { present } from '../../domain/present.ts';
import { bodyOf, contentTypes, headerOf, retryAfter, textReply } from '../pad/http.ts';
import { sha256 } from '../digest.ts';
import type { Call, Reply } from '../pad/http.ts';
import { maxActivationSeconds } from '../pad/limits.ts';
import type { MobileService } from '../pad/service.ts';
import { readMediaType } from '../xml/body.ts';
import { noDeviceToken, readPfPaWsRequest, writePfPaWsResponse } from './pfPaWsCodec.ts';
import { plainString, soapFault } from './pfPaWsEnvelope.ts';
import {
  pfPaWsNamespace,
  pfPaWsRefusal,
  type ActivateNewResponse,
  type PfPaWsErrorCode,
  type PfPaWsRequest,
  type PfPaWsResponse,
} from './pfPaWsMessages.ts';

type Activating = Extract<PfPaWsRequest, { op: 'ActivateNew' }>;
type Confirming = Extract<PfPaWsRequest, { op: 'ConfirmActivation' }>;

const xmlTypes = new Set(['text/xml', 'application/soap+xml', 'application/xml']);

/** The activation calls of `PfPaWs.asmx` (contracts/mobile-app.md section 5). */
export const pfPaWsRoute = async (service: MobileService, call: Call): Promise<Reply> => {
  const mediaType = readMediaType(headerOf(call, 'content-type'));
  if (mediaType !== undefined && !xmlTypes.has(mediaType.type)) {
    return textReply(415, 'A SOAP envelope is needed.', { Connection: 'close' });
  }
  const body = await bodyOf(call, service.limits.bodyTimeoutMs);
  if (!Buffer.isBuffer(body)) return body;
  const action = headerOf(call, 'soapaction') ?? mediaType?.parameters.get('action');
  const reading = readPfPaWsRequest(body, action);
  switch (reading.kind) {
    case 'fault':
      return { status: reading.status, type: contentTypes.soap, body: soapFault() };
    case 'refused':
      return reading.op === 'ActivateNew' && reading.errorCode === 15
        ? guessed(service, call, () => Promise.resolve({ kind: 'failed' }))
        : refused(reading.op, reading.errorCode);
    case 'request':
      return served(service, call, reading.request);
  }
};

const served = async (
  service: MobileService,
  call: Call,
  request: PfPaWsRequest,
): Promise<Reply> => {
  try {
    switch (request.op) {
      case 'ActivateNew':
        return await activate(service, call, request);
      case 'ConfirmActivation':
        return await confirm(service, call, request);
      case 'TestPfWsSdkConnection': {
        const { status, result, headers } = await testConnection(service, call);
        return { ...answer({ op: request.op, result }), status, headers };
      }
    }
  } catch (error) {
    if (request.op === 'TestPfWsSdkConnection') throw error;
    return refused(request.op, errorCodeOf(error));
  }
};

/** @throws whatever is nobody's refusal: the caller turns it into a fault */
const errorCodeOf = (error: unknown): PfPaWsErrorCode => {
  if (error instanceof Unavailable) return 9006;
  if (!(error instanceof Rejected)) throw error;
  switch (error.kind) {
    case 'throttled':
      return 9005;
    case 'notAllowed':
    case 'limitReached':
      return 9010;
    default:
      return 15;
  }
};

const activate = async (
  service: MobileService,
  call: Call,
  request: Activating,
): Promise<Reply> => {
  const leave = service.waitingActivations.enter(call.source);
  if (leave === undefined) return refused('ActivateNew', 9006);
  call.leave();
  try {
    const { activationWaitSeconds } = await service.settings();
    const waitMs = Math.min(activationWaitSeconds, maxActivationSeconds) * 1_000;
    const waiting = { waitMs, signal: call.gone };
    return await guessed(
      service,
      call,
      () => service.facade.commands.beginActivation(beginOf(call, request), waiting),
      waitMs,
    );
  } finally {
    leave();
  }
};

/**
 * Takes a guess out of the budget while the code is judged. A refusal after the whole wait is a device that
 * did not answer, not a wrong code; one whose caller hung up early counts, or guessing would be free.
 */
const guessed = async (
  service: MobileService,
  call: Call,
  judge: () => Promise<ActivationAnswer>,
  waitMs = Number.POSITIVE_INFINITY,
): Promise<Reply> => {
  const place = { source: call.source, shortUrl: call.routeSegment === undefined };
  const guess = service.guesses.begin(place);
  if ('retryAfterMs' in guess) return refused('ActivateNew', 9005, guess.retryAfterMs);
  const startedAt = service.now();
  let wrong = false;
  try {
    const outcome = await judge();
    wrong = outcome.kind === 'failed' && service.now() - startedAt < waitMs;
    if (outcome.kind === 'activated') return answer(activatedOf(outcome));
    return refused('ActivateNew', outcome.kind === 'failed' ? 15 : 9010);
  } finally {
    guess.end(wrong);
  }
};

const beginOf = (call: Call, request: Activating): BeginActivation => ({
  code: request.activationCode,
  deviceName: request.deviceName,
  codesOnly: request.deviceToken === noDeviceToken,
  tokenHash: sha256(request.deviceToken),
  ...present({
    routeSegment: call.routeSegment,
    oathCounter: request.oathCounter,
    appVersion: request.version,
    address: call.address,
    publicKey: request.publicKey,
    typesSixDigits: request.typesSixDigits,
  }),
});

const activatedOf = (
  outcome: Extract<ActivationAnswer, { kind: 'activated' }>,
): ActivateNewResponse => ({
  op: 'ActivateNew',
  result: true,
  username: outcome.username,
  tenantId: outcome.tenantId,
  azureObjectId: outcome.objectId,
  confirmationCode: outcome.confirmationCode,
  ...present({ oathTokenSecretKey: outcome.oathSecret }),
  oathTokenEnabled: outcome.oathSecret !== undefined,
  phoneAppDetailId: outcome.deviceId,
  groupKey: outcome.groupKey,
  errorCode: 0,
  errorDescription: '',
});

const confirm = async (
  { facade }: MobileService,
  call: Call,
  { op, confirmationCode }: Confirming,
): Promise<Reply> => {
  const confirmed = await facade.commands.confirmActivation(confirmationCode, call.address);
  if (confirmed === undefined) return refused(op, 15);
  const { deviceId: phoneAppDetailId } = confirmed;
  return answer({ op, result: true, phoneAppDetailId, errorCode: 0, errorDescription: '' });
};

/** `TestPfWsSdkConnection` as a plain form post, which administrators' scripts use. */
export const plainTestRoute = async (service: MobileService, call: Call): Promise<Reply> => {
  const body = await bodyOf(call, service.limits.bodyTimeoutMs);
  if (!Buffer.isBuffer(body)) return body;
  const { status, result, headers } = await testConnection(service, call);
  return {
    status,
    type: contentTypes.soap,
    body: plainString(pfPaWsNamespace, result),
    headers,
  };
};

const testConnection = async (service: MobileService, { source }: Call) => {
  if (!service.connectionTests.hit(source)) {
    const headers = retryAfter(service.connectionTests.blockedForMs(source));
    return { status: 429, result: 'Failed: too many tests', headers };
  }
  const reached = await service.facade.queries.canWrite();
  return {
    status: 200,
    result: reached ? 'Success' : 'Failed: the core does not answer',
    headers: {},
  };
};

const answer = (response: PfPaWsResponse): Reply => ({
  status: 200,
  type: contentTypes.soap,
  body: writePfPaWsResponse(response),
});

const defaultRetryMs = 1_000;

const refused = (
  op: 'ActivateNew' | 'ConfirmActivation',
  errorCode: PfPaWsErrorCode,
  retryAfterMs = defaultRetryMs,
): Reply => {
  const reply = answer(pfPaWsRefusal(op, errorCode));
  if (errorCode === 9005) return { ...reply, status: 429, headers: retryAfter(retryAfterMs) };
  if (errorCode === 9006) return { ...reply, status: 503, headers: retryAfter(retryAfterMs) };
  return reply;
};
