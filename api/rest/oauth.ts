import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Caller, Facade } from '../facade.ts';
import type { KnownClient } from '../facade/apiClients.ts';
import type { Admission } from './admission.ts';
import type { RestLogger } from './answer.ts';
import { maySendFrom } from './authenticate.ts';
import { callIdOf } from './call.ts';
import { shownCertificate } from '../clientCertificate.ts';
import {
  certificateClientOf,
  credentialsOf,
  fieldsOf,
  malformed,
  OAuthFault,
  unknownClient,
} from './oauthForm.ts';
import { problemOf } from './problem.ts';

/** A client's secret and a list of all scopes have far less. */
const maxFormBytes = 8_192;

const scopesFor = ({ scopes }: KnownClient, asked: string | undefined): readonly string[] => {
  if (asked === undefined) return scopes;
  const wanted = [...new Set(asked.split(' '))];
  if (wanted.every((scope) => scopes.includes(scope))) return wanted;
  throw new OAuthFault('invalid_scope', 'The client does not have every scope that it asks for.');
};

const callerOf = ({ clientId }: KnownClient, request: Request, response: Response): Caller => {
  const address = request.socket.remoteAddress;
  const actor = { kind: 'apiClient', id: clientId } as const;
  const callId = callIdOf(response);
  return { actor, channel: 'rest', callId, ...(address === undefined ? {} : { address }) };
};

const only = (_request: Request, response: Response): void => {
  response.status(405).set('Allow', 'POST').json({
    error: 'invalid_request',
    error_description: 'This endpoint takes POST only.',
  });
};

type Options = {
  readonly facade: Facade;
  readonly logger: RestLogger;
  readonly admission: Pick<Admission, 'countFailure' | 'paceTokens'>;
};

/** Tokens for clients that change their secret for them: RFC 6749 §4.4, and back: RFC 7009. */
export const oauth = ({ facade, logger, admission }: Options): Router => {
  const { commands, queries, auditing } = facade;

  /** A client that shows its certificate has tokens that count with it alone: then `thumbprint` is there. */
  const proven = async (request: Request, fields: ReadonlyMap<string, string>) => {
    const claimed = certificateClientOf(request, fields);
    const shown = claimed === undefined ? undefined : shownCertificate(request);
    if (shown) {
      const client = await queries.verifyApiCertificate(shown);
      return client?.clientId === claimed ? { client, thumbprint: shown.thumbprint } : undefined;
    }
    const { id, secret } = credentialsOf(request, fields);
    return { client: await queries.verifyApiClient(id, secret) };
  };

  /** @throws {OAuthFault} invalid_client @throws {Problem} 429 */
  const clientOf = async (request: Request, fields: ReadonlyMap<string, string>) => {
    try {
      const { client, thumbprint } = (await proven(request, fields)) ?? {};
      if (client && maySendFrom(client.limits ?? {}, request.socket.remoteAddress))
        return { client, thumbprint };
      throw unknownClient();
    } catch (error) {
      if (error instanceof OAuthFault && error.status === 401) admission.countFailure(request);
      throw error;
    }
  };
  const issue = async (request: Request, response: Response): Promise<void> => {
    const fields = fieldsOf(request);
    const { client, thumbprint } = await clientOf(request, fields);
    const caller = callerOf(client, request, response);
    const grant = fields.get('grant_type');
    if (grant === undefined) throw malformed('grant_type is missing.');
    if (grant !== 'client_credentials')
      throw new OAuthFault('unsupported_grant_type', 'The one grant here is client_credentials.');
    admission.paceTokens(client.clientId);
    let scopes: readonly string[];
    try {
      scopes = scopesFor(client, fields.get('scope'));
    } catch (error) {
      const refusal = { operation: 'issueToken', status: 400, code: 'INVALID_SCOPE' };
      await auditing?.refused(caller, refusal).catch((fault: unknown) =>
        // The answer is no with or without a record of it.
        logger.error('a refusal could not be recorded', { error: fault }),
      );
      throw error;
    }
    const { token, expiresInSeconds } = await commands.issueApiToken(
      caller,
      client,
      scopes,
      thumbprint,
    );
    response.set('Pragma', 'no-cache').json({
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      scope: scopes.join(' '),
    });
  };

  const revoke = async (request: Request, response: Response): Promise<void> => {
    const fields = fieldsOf(request);
    const { client } = await clientOf(request, fields);
    const token = fields.get('token');
    if (token === undefined) throw malformed('token is missing.');
    // A token that is none, or somebody else's, is not there for this client (RFC 7009 §2.2).
    await commands.revokeApiToken(callerOf(client, request, response), client.clientId, token);
    response.status(200).end();
  };

  const refuse = (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof OAuthFault) {
      if (error.status === 401) response.set('WWW-Authenticate', 'Basic realm="countersign"');
      response.status(error.status).json({
        error: error.error,
        error_description: error.message,
      });
      return;
    }
    const { problem, ours } = isBodyFault(error)
      ? { problem: malformed('The body is too large or ended early.'), ours: false }
      : problemOf(error);
    if (ours) logger.error('call failed', { callId: callIdOf(response), error });
    const headers = 'headers' in problem ? problem.headers : {};
    const retryable = problem.status === 429 || problem.status === 503;
    response
      .status(problem.status)
      .set(headers)
      .json({
        error:
          problem.status === 400
            ? 'invalid_request'
            : retryable
              ? 'temporarily_unavailable'
              : 'server_error',
        error_description: problem.message,
      });
  };

  const readForm = express.raw({ limit: maxFormBytes, inflate: false, type: () => true });
  const router = express.Router({ caseSensitive: true, strict: true });
  router
    .route('/token')
    .post(readForm, (request, response) => issue(request, response))
    .all(only);
  router
    .route('/revoke')
    .post(readForm, (request, response) => revoke(request, response))
    .all(only);
  router.use(refuse);
  return router;
};

/** What body-parser throws is the sender's fault, not ours. */
const isBodyFault = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && 'expose' in error;
