import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import { Unavailable } from '../facade.ts';
import { BodyRefused, readBody } from '../xml/body.ts';
import { answersFor, type Answer, type Answers } from './answers.ts';
import type { ProvenCall, TelephonyFacade } from './call.ts';
import { telephonyFrontLimits as limits } from './limits.ts';
import { isFrom } from './proof.ts';
import { recordings } from './recordings.ts';

export type TelephonyServiceOptions = {
  readonly facade: TelephonyFacade;
  /** Where providers reach this front end: what they are given, and therefore what they sign. */
  readonly publicUrl: () => string;
  /** Folder with recordings, each under the SHA-256 of its audio. */
  readonly recordings: string;
  readonly onError?: (error: unknown) => void;
  readonly clock?: () => number;
};

/**
 * What telephony providers and gateways reach: `/telephony/{providerId}/calls/{requestId}/{primary|backup}/voice`
 * and `…/status`, `/telephony/{providerId}/texts`, and `/telephony/recordings/{hash}.{wav|mp3}`. Whoever has no right
 * signature gets 403 whatever else is wrong.
 */
export const telephonyService = (options: TelephonyServiceOptions): Router => {
  const { facade, onError = () => {}, clock = Date.now } = options;
  const publicUrl = (): string => options.publicUrl().replace(/\/+$/, '');
  const answers = answersFor(facade, () => `${publicUrl()}/telephony/recordings`);
  let busy = 0;

  const handle =
    (answer: (by: Answers, body: string, request: Request) => Promise<Answer>) =>
    async (request: Request, response: Response): Promise<void> => {
      if (busy >= limits.requestsAtATime) return refuse(response, 503);
      busy += 1;
      try {
        const body = (await readBody(request, { maxBytes: limits.bodyBytes })).toString();
        const provider = (await facade.queries.telephonyProviders()).find(
          ({ providerId }) => providerId === request.params['providerId'],
        );
        const url = `${publicUrl()}${request.originalUrl}`;
        const header = (name: string): string | undefined => request.get(name);
        const callback = { body, url, header, nowMs: clock() };
        if (provider === undefined || !isFrom(provider, callback)) return refuse(response, 403);
        send(response, await answer(answers[provider.type], body, request));
      } catch (error) {
        fail(response, error, onError);
      } finally {
        busy -= 1;
      }
    };

  const callOf = (request: Request): ProvenCall => {
    const { providerId, requestId, which } = callParams.parse(request.params);
    const query = new URL(request.originalUrl, 'http://localhost').searchParams;
    return {
      requestId,
      which,
      step: stepSchema.parse(query.get('step') ?? '0'),
      silent: query.get('silence') === '1',
      url: `${publicUrl()}/telephony/${encodeURIComponent(providerId)}/calls/${requestId}/${which}`,
    };
  };

  const router = express.Router();
  const call = '/:providerId/calls/:requestId/:which';
  const own = express
    .Router()
    .use(recordings(options.recordings))
    .post(
      `${call}/voice`,
      handle((by, body, request) => by.voice(callOf(request), body)),
    )
    .post(
      `${call}/status`,
      handle((by, body, request) => by.status(callOf(request), body)),
    )
    .post(
      '/:providerId/texts',
      handle((by, body) => by.text(body)),
    );
  return router.use('/telephony', own);
};

const callParams = z.object({
  providerId: z.string(),
  requestId: z.string().regex(/^[0-9A-F]{32}$/),
  which: z.enum(['primary', 'backup']),
});
const stepSchema = z.coerce.number().pipe(z.int().min(0).max(limits.steps));

const send = (response: Response, { type, body }: Answer): void => {
  response
    .status(200)
    .set({ 'Content-Type': type, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    .end(body);
};

const refuse = (response: Response, status: number): void => {
  response.status(status).set('Connection', 'close').end();
};

/** Providers act on the status only: 5xx is worth another try, the rest is not. */
const fail = (response: Response, error: unknown, onError: (error: unknown) => void): void => {
  if (error instanceof Rejected) refuse(response, 409);
  else if (error instanceof Unavailable) refuse(response, 503);
  else if (error instanceof BodyRefused) refuse(response, error.status);
  else if (error instanceof z.ZodError || error instanceof SyntaxError) refuse(response, 400);
  else {
    onError(error);
    refuse(response, 500);
  }
};
