import type { IncomingMessage, ServerResponse } from 'node:http';
import { drainBody } from '../xml/body.ts';
import { sdkLimits } from '../xml/reader.ts';
import { replyToCall } from './asmxCall.ts';
import { addressOf, credentialsOf, readTarget, send, textReply } from './asmxHttp.ts';
import type { Reply, Target } from './asmxHttp.ts';
import type { AsmxOptions, Exchange, Identity } from './asmxOptions.ts';
import { descriptionPage, discoveryPage, operationPage, servicePage } from './asmxPages.ts';
import type { Page } from './asmxPages.ts';
import { wsdlWithAddress } from './wsdl.ts';

export type { AsmxOptions, Call, Identity } from './asmxOptions.ts';

/** For `node:http` and, mounted at the root, for express: paths of others go to `next`. */
export type AsmxHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: () => void,
) => void;

const realm = 'Web Service SDK';

/** Serves one contract as ASMX did (contracts/sdk-soap.md sections 1 to 4 and 8). */
export const asmx = <Caller>(options: AsmxOptions<Caller>): AsmxHandler => {
  const paths = new Map(options.paths.map((path) => [path.toLowerCase(), path]));
  const maxOpenCalls = options.maxOpenCalls ?? 2_000;
  let openCalls = 0;
  const openByCaller = new Map<string, number>();

  const serve = async (exchange: Exchange, target: Target): Promise<void> => {
    const identity = await identify(options, exchange.request);
    if (identity.kind === 'unauthorized')
      return finish(exchange, options.negotiates ? offerBoth : offerBasic);
    if (identity.kind !== 'ok') return finish(exchange, identityReplies[identity.kind]);
    for (const [name, value] of Object.entries(identity.headers ?? {}))
      exchange.response.setHeader(name, value);
    switch (exchange.request.method) {
      case 'GET':
      case 'HEAD':
        return finish(exchange, await get(options, target, exchange.request));
      case 'POST':
        return call(exchange, identity.caller);
      default:
        return finish(exchange, methodReply);
    }
  };

  const call = async (exchange: Exchange, caller: Caller): Promise<void> => {
    const own = options.openCallsOf?.(caller);
    const ownOpen = own === undefined ? 0 : (openByCaller.get(own.key) ?? 0);
    const tooMany = openCalls >= maxOpenCalls || (own !== undefined && ownOpen >= own.max);
    if (tooMany) return finish(exchange, busyReply);
    openCalls += 1;
    if (own !== undefined) openByCaller.set(own.key, ownOpen + 1);
    try {
      finish(exchange, await replyToCall(options, exchange, caller));
    } finally {
      openCalls -= 1;
      if (own !== undefined) endOne(openByCaller, own.key);
    }
  };

  return (request, response, next) => {
    const target = readTarget(request.url);
    const path = paths.get(target.path.toLowerCase());
    if (path === undefined) {
      if (next !== undefined) return next();
      return finish({ request, response }, textReply(404, 'Not found.'));
    }
    serve({ request, response }, { ...target, path }).catch((error: unknown) => {
      options.onError(error);
      finish({ request, response }, unavailableReply);
    });
  };
};

const endOne = (open: Map<string, number>, key: string): void => {
  const left = (open.get(key) ?? 1) - 1;
  if (left === 0) open.delete(key);
  else open.set(key, left);
};

/** What is read away of a body that was refused; whoever announces more loses the connection at once. */
const unreadLimits = { maxBytes: 4 * sdkLimits.maxBytes };

/** Answers, and reads away what is left of the body so that the connection stays of use. */
const finish = ({ request, response }: Exchange, reply: Reply): void => {
  const endless = Number(request.headers['content-length'] ?? 0) > unreadLimits.maxBytes;
  send(
    response,
    endless ? { ...reply, headers: { ...reply.headers, Connection: 'close' } } : reply,
  );
  drainBody(request, unreadLimits);
};

/** .NET sends each call without credentials first; that costs no look-up and is no failed login. */
const identify = async <Caller>(
  { authenticate }: AsmxOptions<Caller>,
  request: IncomingMessage,
): Promise<Identity<Caller>> => {
  const credentials = credentialsOf(request);
  const anonymous =
    credentials.authorization === undefined && credentials.tls.clientCertificate === undefined;
  return anonymous ? { kind: 'unauthorized' } : authenticate(credentials, request);
};

const basicChallenge = `Basic realm="${realm}", charset="UTF-8"`;
const signIn = (...challenges: string[]): Reply =>
  textReply(401, 'Sign in with an account of this service.', { 'WWW-Authenticate': challenges });
const offerBasic = signIn(basicChallenge);
const offerBoth = signIn('Negotiate', basicChallenge);

const identityReplies = {
  forbidden: textReply(403, 'The account may not use this service.'),
  busy: textReply(503, 'Too many calls.', { 'Retry-After': '1' }),
} as const satisfies Record<string, Reply>;
const methodReply = textReply(405, 'Method not allowed.', { Allow: 'GET, HEAD, POST' });
const busyReply = textReply(503, 'Too many open calls.', { 'Retry-After': '5' });
const unavailableReply = textReply(503, 'Not available now.', { 'Retry-After': '5' });

const get = async <Caller>(
  { wsdl: read, title, publicUrl }: AsmxOptions<Caller>,
  { path, query, value }: Target,
  { headers }: IncomingMessage,
): Promise<Reply> => {
  const address = addressOf(path, publicUrl, headers.host);
  if (address === undefined) return textReply(400, 'The Host header is missing or malformed.');
  const wsdl = await read();
  switch (query) {
    case 'wsdl':
      return shown(descriptionPage(wsdlWithAddress(wsdl, address)));
    case 'disco':
      return shown(discoveryPage(address));
    case 'op': {
      const operation = wsdl.operations.get(value);
      if (operation === undefined) return textReply(404, 'No such operation.');
      return shown(operationPage(operation, title, address));
    }
    default:
      return shown(servicePage(wsdl, title, address));
  }
};

const shown = ({ type, body }: Page): Reply => ({
  status: 200,
  type,
  body,
  headers: { 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" },
});
