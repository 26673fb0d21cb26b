import type { ApiClient } from '../../domain/apiClients.ts';
import type {
  ApiClientCertificates,
  ApiClientKind,
  ApiClientLimits,
} from '../../domain/events/apiClients.ts';
import type { Caller } from '../facade.ts';

export type { ApiClientKind, ApiClientLimits } from '../../domain/events/apiClients.ts';

export type ApiClientView = ApiClient & {
  readonly addedAt: string;
  /** When it last changed its secret for a token. */
  readonly lastTokenAt?: string;
};

/** A client certificate that a caller has shown over TLS. */
export type ShownCertificate = {
  /** SHA-256 in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The same in base64url, as `x5t#S256` (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** DNS names in it, in lower case, where an authority of this deployment has issued it. */
  readonly names: readonly string[];
};

/** Who a token, a secret or a certificate stands for: a client that is enabled and whose time is not over. */
export type KnownClient = {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly limits?: ApiClientLimits;
};

export type ApiClientChanges = {
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly limits?: ApiClientLimits;
  readonly enabled?: boolean;
} & ApiClientCertificates;

export interface ApiClientCommands {
  /**
   * `token` is its secret, which is in this answer only; a client that shows a certificate has none.
   * @throws {Rejected} limitReached; invalid and alreadyExists for certificates
   */
  addApiClient(
    caller: Caller,
    client: {
      readonly name: string;
      readonly scopes: readonly string[];
      readonly kind?: ApiClientKind;
      readonly limits?: ApiClientLimits;
    } & ApiClientCertificates,
  ): Promise<{ clientId: string; token?: string }>;
  /** @throws {Rejected} notFound; conflict where the record has another version than `expectedVersion` */
  changeApiClient(
    caller: Caller,
    clientId: string,
    changes: ApiClientChanges,
    expectedVersion?: number,
  ): Promise<void>;
  /**
   * A new secret, in this answer only; the one before and its tokens count no longer.
   * @throws {Rejected} notFound, conflict; notAllowed where there is none
   */
  replaceApiClientSecret(
    caller: Caller,
    clientId: string,
    expectedVersion?: number,
  ): Promise<{ token: string }>;
  removeApiClient(caller: Caller, clientId: string): Promise<void>;
  /**
   * A token that stands for the client for a while; the caller has checked its secret and the scopes.
   * @param thumbprint of the certificate that whoever uses the token must show (RFC 8705 §3)
   */
  issueApiToken(
    caller: Caller,
    client: KnownClient,
    scopes: readonly string[],
    thumbprint?: string,
  ): Promise<{ token: string; expiresInSeconds: number }>;
  /** Ends a token of this client before its time; any other text changes nothing. */
  revokeApiToken(caller: Caller, clientId: string, token: string): Promise<void>;
}

/** People and logins that exist for a caller; what is absent does not limit it. */
export type Reach = Pick<ApiClientLimits, 'groups' | 'applications'>;

export interface ApiClientQueries {
  listApiClients(): Promise<readonly ApiClientView[]>;
  getApiClient(clientId: string): Promise<ApiClientView | undefined>;
  /**
   * Checks a token of either kind; undefined for one that stands for nobody.
   * @param thumbprint of the certificate that came with it
   */
  verifyApiToken(token: string, thumbprint?: string): Promise<KnownClient | undefined>;
  /** Whom a client certificate stands for. */
  verifyApiCertificate(shown: ShownCertificate): Promise<KnownClient | undefined>;
  /** Checks the secret of a client that changes it for tokens, in constant time. */
  verifyApiClient(clientId: string, secret: string): Promise<KnownClient | undefined>;
  /** Whether somebody of this name is within reach; a stranger and somebody beyond it cost the same. */
  reachesUser(reach: Reach, username: string): Promise<boolean>;
  /** Whether a login is within reach; undefined for one that the views do not know (yet). */
  reachesRequest(reach: Reach, requestId: string): Promise<boolean | undefined>;
  /** A cursor that tells its holder nothing, and back; undefined for one that was not made here. */
  sealCursor(cursor: string): string;
  openCursor(sealed: string): string | undefined;
}
