import { Rejected } from '../../domain/errors.ts';
import { apiTokenStream } from '../../domain/ids.ts';
import { present } from '../../domain/present.ts';
import { asToken, apiTokenPlace, shortHash, type ApiTokenContents } from '../apiTokens.ts';
import { sha256 } from '../digest.ts';
import type { Caller } from '../facade.ts';
import type { ApiClientCommands } from '../facade/apiClients.ts';
import { openApiToken } from '../queries/apiTokens.ts';
import { configurationChanger } from './configurationChange.ts';
import { orderedBy, shown, type CommandContext } from './context.ts';

const secretBytes = 32;
/** Life of a token that a secret was changed for. */
const tokenSeconds = 600;

/** Clients of the REST interface. Their secrets are random, so a plain hash keeps them (SEC-64). */
export const apiClientCommands = (context: CommandContext): ApiClientCommands => {
  const { secrets, facts, now } = context;

  const change = configurationChanger(context);
  const newSecret = (): string => `cs_${context.randomBytes(secretBytes).toString('base64url')}`;

  const metaOf = (caller: Caller) => ({
    at: new Date(now()).toISOString(),
    ...orderedBy(caller),
  });

  const secretHashOf = async (clientId: string): Promise<string> => {
    const row = await context.views.reader
      .selectFrom('apiClients')
      .select('secretHash')
      .where('clientId', '=', clientId)
      .executeTakeFirst();
    if (!row?.secretHash) throw new Rejected('notFound', 'there is no such API client');
    return row.secretHash;
  };

  return {
    async addApiClient(caller, { name, scopes, kind, limits, certificates, certificateNames }) {
      const clientId = context.newId();
      // One that nobody is told says which tokens a client of certificates has.
      const token = newSecret();
      const data = { clientId, name, secretHash: sha256(token), scopes: [...scopes] };
      await change(caller, {
        type: 'addApiClient',
        data: { ...data, ...present({ kind, limits, certificates, certificateNames }) },
      });
      return kind === 'certificate' ? { clientId } : { clientId, token };
    },

    async changeApiClient(caller, clientId, changes, expectedVersion) {
      const based = { clientId, ...present({ expectedVersion }) };
      await change(caller, { type: 'changeApiClient', ...based, changes });
    },

    async replaceApiClientSecret(caller, clientId, expectedVersion) {
      const token = newSecret();
      const based = { clientId, ...present({ expectedVersion }) };
      const secretHash = sha256(token);
      await change(caller, { type: 'replaceApiClientSecret', ...based, secretHash });
      return { token };
    },

    async removeApiClient(caller, clientId) {
      await change(caller, { type: 'removeApiClient', clientId });
    },

    async issueApiToken(caller, { clientId, limits }, scopes, thumbprint) {
      const tokenId = context.newId();
      const end = limits?.until === undefined ? Infinity : Date.parse(limits.until);
      const untilMs = Math.min(now() + tokenSeconds * 1_000, end);
      const until = new Date(untilMs).toISOString();
      const of = shortHash(await secretHashOf(clientId));
      const bound = present({ x5t: thumbprint });
      const contents: ApiTokenContents = { tokenId, clientId, scopes, untilMs, of, ...bound };
      const sealed = await secrets.seal(apiTokenPlace, JSON.stringify(contents));
      await facts.record({
        stream: apiTokenStream(tokenId),
        fact: { type: 'ApiClientTokenIssued', data: { clientId, tokenId, scopes, until } },
        key: 'issued',
        meta: metaOf(caller),
      });
      const expiresInSeconds = Math.max(1, Math.floor((untilMs - now()) / 1_000));
      return { token: asToken(sealed), expiresInSeconds };
    },

    async revokeApiToken(caller, clientId, token) {
      const contents = await openApiToken(secrets, token);
      if (contents?.clientId !== clientId || contents.untilMs <= now()) return;
      const { tokenId, untilMs } = contents;
      const until = new Date(untilMs).toISOString();
      await facts.record({
        stream: apiTokenStream(tokenId),
        fact: { type: 'ApiClientTokenRevoked', data: { clientId, tokenId, until } },
        key: 'revoked',
        meta: metaOf(caller),
      });
      await shown(context, await context.events.head());
    },
  };
};
