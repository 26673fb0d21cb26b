import type { ServerResponse } from 'node:http';
import { BodyRefused, readBody } from '../xml/body.ts';
import { XmlRefused, readXmlInTurns, sdkLimits } from '../xml/reader.ts';
import { Overloaded } from '../facade/overloaded.ts';
import { textReply, type Reply } from './asmxHttp.ts';
import type { AsmxOptions, Exchange } from './asmxOptions.ts';
import { ArgumentRefused, readArguments } from './deserialise.ts';
import { NotACall, checkAction, contentTypeOf, readEnvelope } from './envelope.ts';
import { versionOf, writeEnvelope, writeFault } from './envelope.ts';
import type { Blame, SoapVersion } from './envelope.ts';
import { writeAnswer } from './serialise.ts';
import type { Outputs } from './serialise.ts';

/** Reads one message, runs its operation and says what to answer; never throws. */
export const replyToCall = async <Caller>(
  options: AsmxOptions<Caller>,
  exchange: Exchange,
  caller: Caller,
): Promise<Reply> => {
  const version = versionOf(exchange.request.headers['content-type']);
  if (version === undefined) return { status: 415 };
  try {
    return await answer(options, exchange, caller);
  } catch (error) {
    return refusal(error, version, options.onError);
  }
};

/** Which reply an error stands for (section 8); what nobody expected is told to the operator alone. */
const refusal = (
  error: unknown,
  version: SoapVersion,
  onError: (error: unknown) => void,
): Reply => {
  if (error instanceof BodyRefused) {
    const headers = error.reason === 'tooSlow' ? { Connection: 'close' } : undefined;
    return { status: error.status, ...(headers === undefined ? {} : { headers }) };
  }
  if (error instanceof Overloaded)
    return textReply(503, 'Too many calls.', { 'Retry-After': String(error.retryAfterSeconds) });
  if (error instanceof XmlRefused && error.reason === 'encoding') return { status: 415 };
  if (error instanceof XmlRefused || error instanceof NotACall) return fault(version, 'caller');
  onError(error);
  return fault(version, 'server');
};

const fault = (version: SoapVersion, blame: Blame): Reply => ({
  status: 500,
  type: contentTypeOf(version),
  body: writeFault(version, blame),
});

const answer = async <Caller>(
  options: AsmxOptions<Caller>,
  { request, response }: Exchange,
  caller: Caller,
): Promise<Reply> => {
  const root = await readXmlInTurns(await readBody(request, sdkLimits), sdkLimits);
  const { version, operation: sent } = readEnvelope(root);
  const headers = request.headers;
  const soapAction = headers['soapaction'];
  checkAction(
    { soapAction: String(soapAction ?? ''), contentType: headers['content-type'] },
    sent.name,
  );
  const { operations } = await options.wsdl();
  const operation = operations.get(sent.name);
  if (operation === undefined) throw new NotACall('unknownOperation');
  const outputs = await outputsOf(options, operation.name, () =>
    options.dispatch(operation.name, readArguments(operation.inputs, sent), {
      caller,
      signal: hangUp(response),
    }),
  );
  return {
    status: 200,
    type: contentTypeOf(version),
    body: writeEnvelope(version, writeAnswer(operation, sent.namespace, outputs)),
  };
};

const outputsOf = async <Caller>(
  { malformed }: AsmxOptions<Caller>,
  operation: string,
  run: () => Promise<Outputs>,
): Promise<Outputs> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ArgumentRefused) return malformed(operation, error.field);
    throw error;
  }
};

const hangUp = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
};
