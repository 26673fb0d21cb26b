import { Rejected } from '../../domain/errors.ts';
import { Unavailable } from '../facade.ts';
import { bodyOf, contentTypes, headerOf, retryAfter, sameHash } from './http.ts';
import { sha256 } from '../digest.ts';
import type { Call, Reply } from './http.ts';
import type { PadRequest } from './message.ts';
import { answerMessage } from './padAnswers.ts';
import { readPadRequest } from './readRequest.ts';
import { padRefusal, padStatus, type PadErrorId } from './refusal.ts';
import type { PadReply } from './response.ts';
import type { MobileService } from './service.ts';
import { writePadResponse } from './writeResponse.ts';

/** Everything that an app says after its activation. The body decides, whatever its media type says. */
export const padRoute = async (service: MobileService, call: Call): Promise<Reply> => {
  const body = await bodyOf(call, service.limits.bodyTimeoutMs);
  if (!Buffer.isBuffer(body)) return body;
  const reading = readPadRequest(body);
  if (reading.kind === 'refused') return replyOf(reading.refusal, reading.status);
  const { request } = reading;
  const blockedForMs = service.unknownGuids.blockedForMs(call.source);
  if (blockedForMs > 0) return refused(request, 9005, blockedForMs);
  noteAction(service, call, request);
  const reply = hashFits(call, request)
    ? await answered(service, call, request)
    : padRefusal(request.requestId, 9002);
  if ('fail' in reply) {
    if (reply.errorId === 9002) service.unknownGuids.hit(call.source);
    return replyOf(reply, padStatus(reply.errorId));
  }
  return replyOf(reply, 200);
};

const answered = async (
  service: MobileService,
  call: Call,
  request: PadRequest,
): Promise<PadReply> => {
  try {
    return await answerMessage(service, call, request);
  } catch (error) {
    return padRefusal(request.requestId, errorIdOf(service, error));
  }
};

const errorIdOf = (service: MobileService, error: unknown): PadErrorId => {
  if (error instanceof Rejected) {
    switch (error.kind) {
      case 'throttled':
      case 'limitReached':
        return 9005;
      case 'alreadyDecided':
        return 9003;
      default:
        return 9002; // All refusals look alike (SEC-46).
    }
  }
  if (!(error instanceof Unavailable)) service.note({ kind: 'failed', error });
  return 9006;
};

/** The optional header holds the hash of the token in the body, of the new one where tokens change. */
const hashFits = (call: Call, request: PadRequest): boolean => {
  const hash = headerOf(call, 'x-ms-mac-device-token');
  const token = 'context' in request ? request.context.deviceToken : request.newDeviceToken;
  return hash === undefined || sameHash(hash.trim().toLowerCase(), sha256(token));
};

const noteAction = (service: MobileService, call: Call, { message }: PadRequest): void => {
  const action = headerOf(call, 'x-ms-mac-action');
  if (action !== undefined && action !== message) service.note({ kind: 'actionMismatch', message });
};

const refused = (request: PadRequest, errorId: PadErrorId, retryAfterMs: number): Reply => ({
  ...replyOf(padRefusal(request.requestId, errorId), padStatus(errorId)),
  headers: retryAfter(retryAfterMs),
});

const defaultRetryMs = 1_000;

const replyOf = (reply: PadReply, status: number): Reply => ({
  status,
  type: contentTypes.pad,
  body: writePadResponse(reply),
  ...(status === 429 || status === 503 ? { headers: retryAfter(defaultRetryMs) } : {}),
});
