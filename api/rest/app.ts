import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Facade } from '../facade.ts';
import { admission } from './admission.ts';
import { answering, type RestLogger } from './answer.ts';
import { authenticator, requireNetwork, requireScope } from './authenticate.ts';
import { jsonBody, uploadBody } from './body.ts';
import { callIdOf, goneSignal, newCallId, rawCall } from './call.ts';
import { docsPage } from './docs.ts';
import { health, type Readiness } from './health.ts';
import { restLimits, type RestLimits } from './limits.ts';
import { openApi } from './openapi.ts';
import { narrowing } from './narrowing.ts';
import { oauth } from './oauth.ts';
import { liveOperationsOf, operationsOf } from './operations.ts';
import { Problem, problemOf, sendProblem } from './problem.ts';
import type { Clock } from './rateLimit.ts';
import { refusals } from './refusals.ts';
import type { Operation, Principal } from './route.ts';

export type RestOptions = {
  readonly facade: Facade;
  /** SHA-256 of the local administrator token, 64 hexadecimal digits. */
  readonly adminTokenHash: string;
  readonly logger: RestLogger;
  readonly limits?: Partial<RestLimits>;
  /** The facade's own answer where absent. */
  readonly readiness?: () => Promise<Readiness>;
  /** Public address without a path, for the description; relative where absent. */
  readonly publicUrl?: string;
  /** Milliseconds that only go forward. */
  readonly clock?: Clock;
};

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const fixedHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** What anybody may read: whether the server is well, and the description of the interface. */
const addOpenPages = (app: Express, operations: readonly Operation[], options: RestOptions) => {
  const { readiness, facade, publicUrl, clock = performance.now.bind(performance) } = options;
  const { live, ready } = health(readiness ?? (() => facade.queries.readiness()), clock);
  // Made when somebody asks first: a start need not wait for them.
  const description = lazily(() => JSON.stringify(openApi(operations, publicUrl)));
  const page = lazily(() => docsPage(operations));
  app.get('/health/live', live);
  app.get('/health/ready', ready);
  app.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(description());
  });
  app.get('/docs', (_request, response) => {
    const { policy, html } = page();
    response.set('Content-Security-Policy', policy).type('text/html').send(html);
  });
};

const allowOf = (operations: readonly Operation[]): string => {
  const methods = operations.map(({ method }) => method.toUpperCase());
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].toSorted().join(', ');
};

/**
 * The REST interface as an Express application, to be mounted at `/api/v1`. Order of a call: id, fixed headers,
 * token, rate, scope, and only then its body.
 */
export const restApi = (options: RestOptions): Express => {
  const { facade, logger, clock = performance.now.bind(performance) } = options;
  const limits = { ...restLimits, ...options.limits };
  const { queries } = facade;
  const authenticate = authenticator({ queries, adminTokenHash: options.adminTokenHash });
  const admitted = admission({ authenticate, limits, clock });
  const { admit, running } = admitted;
  const within = narrowing(facade, liveOperationsOf);
  const readBody = jsonBody(limits.bodyBytes);
  const answer = answering(clock, logger, limits, facade.calls);

  const mayCall = (operation: Operation, principal: Principal): Operation => {
    requireNetwork(principal);
    requireScope(principal, operation.scope);
    return within(operation, principal);
  };

  const serve = async (described: Operation, request: Request, response: Response) => {
    const principal = await admit(request, response);
    if (described.method === 'get' && facade.lag)
      response.set('Views-Behind-Seconds', String(facade.lag.behindSeconds()));
    const refused = refusals(facade.auditing, described, principal, callIdOf(response), logger);
    const operation = await refused(async () => mayCall(described, principal));
    await running(principal, async () => {
      const gone = goneSignal(response);
      const { takes } = operation;
      const upload = takes && (await uploadBody(request, response, takes));
      const stillAllowed = async () =>
        await authenticate(request)
          .then((now) => mayCall(described, now))
          .then(
            () => true,
            () => false,
          );
      if (!takes) await readBody(request, response);
      await refused(
        async () =>
          await answer(
            operation,
            request,
            response,
            rawCall(request, principal, callIdOf(response), gone, upload),
            stillAllowed,
          ),
      );
    });
  };
  // Without a token nobody learns which resources and methods exist.
  const refuse = async (request: Request, response: Response, problem: Problem) => {
    await admit(request, response);
    throw problem;
  };

  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser');
  app.enable('case sensitive routing').enable('strict routing');
  app.use((request, response, next) => {
    response.set(fixedHeaders).set('X-Request-Id', newCallId(request));
    next();
  });

  const operations = operationsOf(facade);
  addOpenPages(app, operations, options);
  app.use('/oauth', oauth({ facade, logger, admission: admitted }));
  const byPath = Map.groupBy(operations, ({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
  for (const [path, there] of byPath) {
    const here = app.route(path);
    for (const operation of there)
      here[operation.method]((request, response) => serve(operation, request, response));
    const detail = 'This resource does not take this method.';
    const headers = { Allow: allowOf(there) };
    here.all((request, response) =>
      refuse(request, response, new Problem(405, 'METHOD_NOT_ALLOWED', detail, { headers })),
    );
  }
  app.use((request, response) =>
    refuse(request, response, new Problem(404, 'NOT_FOUND', 'There is no such resource.')),
  );

  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const callId = callIdOf(response);
    const { problem, ours } = problemOf(error);
    if (ours) logger.error('call failed', { callId, error });
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem, callId);
  });
  return app;
};
