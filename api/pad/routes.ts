import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { Unavailable } from '../facade.ts';
import { addressOf as addressBelow } from '../soap/asmxHttp.ts';
import { pfPaWsRoute, plainTestRoute } from '../soap/pfPaWs.ts';
import { soapFault } from '../soap/pfPaWsEnvelope.ts';
import { pfPaWsDescription, pfPaWsPage } from '../soap/pfPaWsPage.ts';
import { contentTypes, retryAfter, send, textReply } from './http.ts';
import type { Call, Reply } from './http.ts';
import { mobileServiceLimits, type MobileServiceLimits } from './limits.ts';
import { padRoute } from './padRoute.ts';
import { resolvePath, type Resolved, type Route } from './paths.ts';
import { pullRoute } from './pullRoute.ts';
import { padRefusal } from './refusal.ts';
import {
  serviceState,
  type MobileFacade,
  type MobileNote,
  type MobileService,
  type MobileSettings,
} from './service.ts';
import { sourceOf } from './source.ts';
import type { Clock } from './throttle.ts';
import { writePadResponse } from './writeResponse.ts';

export type { MobileFacade, MobileNote, MobileSettings } from './service.ts';

export type MobileServiceOptions = {
  readonly facade: MobileFacade;
  /** Asked for each request, so that a change counts at once. */
  readonly settings: () => Promise<MobileSettings>;
  readonly limits?: Partial<MobileServiceLimits>;
  /** Paths of `<base>`, for example the one of mobileAppUrl; `''` stands for the root. */
  readonly bases?: readonly string[];
  /** Peer address where a trusted proxy stands in front; the socket's otherwise. */
  readonly addressOf?: (request: IncomingMessage) => string | undefined;
  readonly note?: (note: MobileNote) => void;
  readonly now?: Clock;
};

/** Historical names of the virtual directory. */
export const mobileBases = ['/pa', '/MultiFactorAuthMobileAppWebService'] as const;

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * The mobile app web service as an express handler. It must stand before anything that reads bodies; paths
 * that are not its own go on to `next`.
 */
export const mobileService = (options: MobileServiceOptions): Handler => {
  const { facade, settings, bases = mobileBases, now = Date.now } = options;
  const limits = { ...mobileServiceLimits, ...options.limits };
  const service = serviceState(facade, settings, limits, now, options.note ?? (() => {}));
  const addressOf = options.addressOf ?? (({ socket }: IncomingMessage) => socket.remoteAddress);
  const serve = servers(service);

  return (request, response, next) => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const resolved = resolvePath(path, bases);
    if (resolved === undefined) return next();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const address = addressOf(request);
    const caller = {
      request,
      response,
      address,
      source: sourceOf(address),
      routeSegment: resolved.routeSegment,
      gone: gone.signal,
      base: resolved.base,
      query: new URLSearchParams(query),
    };
    replyTo(service, serve, caller, resolved).then(
      (reply) => send(response, reply),
      (error: unknown) => {
        service.note({ kind: 'failed', error });
        send(response, failedReply(resolved.route, error));
      },
    );
  };
};

type Server = (call: Call) => Promise<Reply>;
type Methods = Readonly<Record<string, Server>>;

const servers = (service: MobileService): Readonly<Record<Exclude<Route, 'absent'>, Methods>> => {
  const pad: Server = (call) => padRoute(service, call);
  const soap: Server = (call) => pfPaWsRoute(service, call);
  const page: Server = async (call) => pageOf(call, (await service.settings()).mobileAppUrl);
  const plainTest: Server = (call) => plainTestRoute(service, call);
  return {
    pad: { POST: pad },
    soap: { GET: page, HEAD: page, POST: soap },
    plainTest: { POST: plainTest },
    pull: { GET: pullRoute(service) },
  };
};

const replyTo = async (
  service: MobileService,
  serve: ReturnType<typeof servers>,
  caller: Omit<Call, 'leave'>,
  { route, isBase }: Resolved,
): Promise<Reply> => {
  const { requireTls } = await service.settings();
  if (requireTls && !(caller.request.socket instanceof TLSSocket)) {
    return textReply(403, 'TLS is required.', closing);
  }
  if (route === 'absent') return textReply(404, 'There is nothing here.', closing);
  // Who opens the bare address in a browser sees that the service runs (spec/70 'Placement').
  const methods = isBase ? { ...serve.soap, ...serve.pad } : serve[route];
  const method = new Map(Object.entries(methods)).get(caller.request.method ?? '');
  if (method === undefined) {
    const allow = Object.keys(methods).join(', ');
    return textReply(405, 'The method is not allowed.', { Allow: allow, ...closing });
  }
  // A poll is all waiting, and bounded by limits of its own.
  if (route === 'pull') return method({ ...caller, leave: () => {} });
  const leave = service.requests.enter(caller.source);
  if (leave === undefined) return busyReply(route);
  try {
    return await method({ ...caller, leave });
  } finally {
    leave();
  }
};

/** A refused body is not read; what is left of it must not be taken for the next request. */
const closing = { Connection: 'close' };

const pageOf = ({ base, query, request }: Call, mobileAppUrl: string): Reply => {
  if (![...query.keys()].some((key) => key.toLowerCase() === 'wsdl')) {
    return { status: 200, type: contentTypes.html, body: pfPaWsPage };
  }
  const address =
    mobileAppUrl === '' ? addressBelow(base, undefined, request.headers.host) : mobileAppUrl;
  return address === undefined
    ? textReply(404, 'The service has no address yet.')
    : { status: 200, type: contentTypes.soap, body: pfPaWsDescription(address) };
};

const busyRetryMs = 1_000;

const busyReply = (route: Route): Reply => {
  const headers = { ...retryAfter(busyRetryMs), ...closing };
  if (route !== 'pad') return textReply(503, 'The service is busy. Try again.', headers);
  return { status: 503, type: contentTypes.pad, body: writePadResponse(busyRefusal()), headers };
};

const busyRefusal = () => padRefusal(crypto.randomUUID(), 9006);

/** What nobody expected is told as one fixed sentence; everything else about it goes to `note`. */
const failedReply = (route: Route, error: unknown): Reply =>
  route === 'soap' && !(error instanceof Unavailable)
    ? { status: 500, type: contentTypes.soap, body: soapFault() }
    : busyReply(route);
