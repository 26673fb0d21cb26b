import { randomUUID } from 'node:crypto';
import { release } from 'node:os';
import { z } from 'zod';
import { readPadResponse } from '../../api/pad/readResponse.ts';
import type { PadContext, PadRequest } from '../../api/pad/message.ts';
import type { PadReply } from '../../api/pad/response.ts';
import { writePadRequest } from '../../api/pad/writeRequest.ts';
import { readPfPaWsResponse } from '../../api/soap/pfPaWsAnswer.ts';
import { soapActionOf, writePfPaWsRequest } from '../../api/soap/pfPaWsCodec.ts';
import type { PfPaWsRequest, PfPaWsResponse } from '../../api/soap/pfPaWsMessages.ts';
import { sha256 } from '../../api/digest.ts';
import { present } from '../../domain/present.ts';
import { CommandFault } from '../fault.ts';
import { Away, type Transport } from './transport.ts';

export type Push = Readonly<Record<string, string>>;

export const appVersion = '0.1.0';
const osVersion = release();

/** A server may hold ActivateNew open for 85 s and a poll for 25 s; the rest answers at once. */
const activationTimeoutMs = 100_000;
const pollTimeoutMs = 35_000;
const answerTimeoutMs = 15_000;
const maxPushes = 1_000;

const pulled = z.object({ pushes: z.array(z.record(z.string(), z.string())).max(maxPushes) });

/** Open pushes of a mailbox; waits up to `waitSeconds` for the first. @throws {Away | CommandFault} */
export const pull = async (
  send: Transport,
  { url, deviceToken }: { readonly url: string; readonly deviceToken: string },
  waitSeconds: number,
  signal?: AbortSignal,
): Promise<readonly Push[]> => {
  const { status, body } = await send({
    url: `${url}/pull?wait=${waitSeconds}`,
    method: 'GET',
    headers: { authorization: `Bearer ${deviceToken}` },
    timeoutMs: pollTimeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (status !== 200) throw unexpected(status, url);
  return understood(() => pulled.parse(JSON.parse(body)).pushes);
};

/** One call of the activation service. @throws {Away | CommandFault} */
export const soap = async (
  send: Transport,
  soapUrl: string,
  request: PfPaWsRequest,
): Promise<PfPaWsResponse> => {
  const { status, body } = await send({
    url: soapUrl,
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"${soapActionOf(request)}"`,
    },
    body: writePfPaWsRequest(request),
    timeoutMs: activationTimeoutMs,
  });
  if (status !== 200) throw unexpected(status, soapUrl);
  return understood(() => readPfPaWsResponse(body, request.op));
};

/** One message to `/pad`. @throws {Away | CommandFault} */
export const pad = async (
  send: Transport,
  padUrl: string,
  request: PadRequest & { readonly context: PadContext },
): Promise<PadReply> => {
  const { status, body } = await send({
    url: padUrl,
    method: 'POST',
    headers: {
      'content-type': 'application/xml',
      'x-ms-mac-action': request.message,
      'x-ms-mac-device-token': sha256(request.context.deviceToken),
      'x-ms-mac-app-version': appVersion,
    },
    body: writePadRequest(request),
    timeoutMs: answerTimeoutMs,
  });
  if (status !== 200) throw unexpected(status, padUrl);
  const reply = understood(() => readPadResponse(body));
  if ('fail' in reply && reply.errorId === 9006) throw new Away(reply.errorText);
  return reply;
};

/** What a proxy's page or a broken answer says nothing about, can be asked again. */
const understood = <T>(read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    throw new Away('the answer is not one of a mobile app service', { cause });
  }
};

const unexpected = (status: number, url: string): CommandFault =>
  new CommandFault(
    status === 403
      ? `${url} wants TLS: use the https address of the server`
      : `${url} answered with HTTP ${status}; is it the address of a mobile app service?`,
  );

/** What stands around every message. */
export const envelope = () =>
  ({ version: '1.6', requestId: randomUUID(), language: 'en' }) as const;

export const contextFor = (
  guid: string,
  deviceToken: string,
  oathCode: string,
  signature?: string,
): PadContext => ({
  guid,
  deviceToken,
  oathCode,
  version: appVersion,
  osVersion,
  needDosPreventer: false,
  ...present({ signature }),
});
