import { createHash } from 'node:crypto';
import type { ApiClientRow } from '../../adapters/views/port.ts';
import { maxApiClients } from '../../domain/apiClients.ts';
import { shortHash } from '../apiTokens.ts';
import type { ApiClientCertificates } from '../../domain/events/apiClients.ts';
import type {
  ApiClientLimits,
  ApiClientQueries,
  ApiClientView,
  KnownClient,
} from '../facade/apiClients.ts';
import { openApiToken } from './apiTokens.ts';
import type { QueryContext } from './context.ts';
import { matchesHash, maxSecretLength } from './credentials.ts';
import { reachQueries } from './reach.ts';
import { sealedCursors } from './sealedCursors.ts';

/** Names of one certificate that are looked up. */
const maxNames = 20;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
const scopesOf = ({ scopes }: ApiClientRow) => JSON.parse(scopes) as readonly string[];
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
const limitsOf = ({ limits }: ApiClientRow) => JSON.parse(limits) as ApiClientLimits;

const certificatesOf = ({ certificates }: ApiClientRow) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  JSON.parse(certificates) as ApiClientCertificates;

const shown = (row: ApiClientRow): ApiClientView => ({
  clientId: row.clientId,
  name: row.name,
  kind: row.kind,
  scopes: scopesOf(row),
  limits: limitsOf(row),
  ...certificatesOf(row),
  enabled: row.enabled === 1,
  version: row.version,
  addedAt: row.addedAt,
  ...(row.lastTokenAt === null ? {} : { lastTokenAt: row.lastTokenAt }),
});

/** The clients of the REST interface, and whom a secret or a token stands for. */
export const apiClientQueries = (context: QueryContext): ApiClientQueries => {
  const { reader, secrets, nowMs } = context;

  /** Undefined for a client that is switched off or whose time is over. */
  const known = (row: ApiClientRow): KnownClient | undefined => {
    const { until, ...reach } = limitsOf(row);
    if (row.enabled !== 1 || (until !== undefined && Date.parse(until) <= nowMs()))
      return undefined;
    const limits = until === undefined ? reach : { ...reach, until };
    const isLimited = Object.keys(limits).length > 0;
    return { clientId: row.clientId, scopes: scopesOf(row), ...(isLimited ? { limits } : {}) };
  };

  const rowOf = (clientId: string): Promise<ApiClientRow | undefined> =>
    reader
      .selectFrom('apiClients')
      .selectAll()
      .where('clientId', '=', clientId)
      .where('removedAt', 'is', null)
      .executeTakeFirst();

  const byShortLived = async (
    token: string,
    thumbprint: string | undefined,
  ): Promise<KnownClient | undefined> => {
    const contents = await openApiToken(secrets, token);
    if (!contents || contents.untilMs <= nowMs()) return undefined;
    // Whoever has taken the token from its client cannot show the client's certificate too.
    if (contents.x5t !== undefined && contents.x5t !== thumbprint) return undefined;
    const row = await rowOf(contents.clientId);
    if (!row?.secretHash || shortHash(row.secretHash) !== contents.of) return undefined;
    const revoked = await reader
      .selectFrom('revokedTokens')
      .select('tokenId')
      .where('tokenId', '=', contents.tokenId)
      .executeTakeFirst();
    const client = revoked ? undefined : known(row);
    if (!client) return undefined;
    // A scope that was taken from the client meanwhile is taken from its tokens too.
    return { ...client, scopes: contents.scopes.filter((scope) => client.scopes.includes(scope)) };
  };

  const bySecret = async (token: string): Promise<KnownClient | undefined> => {
    const usable = token.length <= maxSecretLength ? token : '';
    const row = await reader
      .selectFrom('apiClients')
      .selectAll()
      .where('secretHash', '=', sha256(usable))
      .where('kind', '=', 'token')
      .where('removedAt', 'is', null)
      .executeTakeFirst();
    return matchesHash(usable, row?.secretHash) && row ? known(row) : undefined;
  };

  return {
    ...reachQueries(context),
    ...sealedCursors(secrets),
    async listApiClients() {
      const rows = await reader
        .selectFrom('apiClients')
        .selectAll()
        .where('removedAt', 'is', null)
        .orderBy('addedAt')
        .orderBy('clientId')
        .limit(maxApiClients)
        .execute();
      return rows.map(shown);
    },
    async getApiClient(clientId) {
      const row = await rowOf(clientId);
      return row && shown(row);
    },
    verifyApiToken: async (token, thumbprint) =>
      (await byShortLived(token, thumbprint)) ?? (await bySecret(token)),
    async verifyApiCertificate({ fingerprint, names }) {
      const shownAs = [fingerprint, ...names.slice(0, maxNames).map((name) => `dns:${name}`)];
      const found = await reader
        .selectFrom('clientCertificates')
        .select('clientId')
        .distinct()
        .where('certificate', 'in', shownAs)
        .limit(2)
        .execute();
      // One that names two clients names none.
      const row = found.length === 1 ? await rowOf(found[0]!.clientId) : undefined;
      return row?.kind === 'certificate' ? known(row) : undefined;
    },
    async verifyApiClient(clientId, secret) {
      const row = await rowOf(clientId);
      const isRight = matchesHash(secret, row?.secretHash);
      return isRight && row?.kind === 'clientCredentials' ? known(row) : undefined;
    },
  };
};
