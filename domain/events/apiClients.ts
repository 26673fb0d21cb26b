import type { Sealed } from '../sealed.ts';

/**
 * `token`: sends its secret with each call. `clientCredentials`: changes it for short-lived tokens (RFC 6749 §4.4).
 * `certificate`: shows a client certificate, with each call or for such tokens (RFC 8705).
 */
export type ApiClientKind = 'token' | 'clientCredentials' | 'certificate';

/** What a client of kind `certificate` shows: one of these suffices. */
export type ApiClientCertificates = {
  /** SHA-256 in lower-case hexadecimal, whoever has issued it. */
  readonly certificates?: readonly string[];
  /** DNS names in one that the authority of this deployment's clients has issued, in lower case. */
  readonly certificateNames?: readonly string[];
};

/** How far a client reaches within its scopes; what is absent does not limit it. */
export type ApiClientLimits = {
  /** Only people of these groups exist for it. */
  readonly groups?: readonly string[];
  /** Only logins of these applications exist for it. */
  readonly applications?: readonly string[];
  /** Where it calls from: CIDR, one address, or `from-to`. */
  readonly addresses?: readonly string[];
  /** When its secret and its tokens end. */
  readonly until?: string;
};

/**
 * Programs that call the REST interface; stream settings, one stream `apiToken-<id>` for each short-lived token, and one
 * `apiCall-<key>` for each Idempotency-Key.
 */
export type ApiClientEvents = {
  ApiClientAdded: {
    clientId: string;
    name: string;
    secretHash: string;
    scopes: readonly string[];
    /** `token` where absent. */
    kind?: ApiClientKind;
    limits?: ApiClientLimits;
  } & ApiClientCertificates;
  /** What it may do from now on, as a whole. */
  ApiClientChanged: {
    clientId: string;
    name: string;
    scopes: readonly string[];
    limits: ApiClientLimits;
    /** False: nothing of it is let in. */
    enabled: boolean;
  } & ApiClientCertificates;
  /** The secret before and the tokens that it was changed for count no longer. */
  ApiClientSecretReplaced: { clientId: string; secretHash: string };
  ApiClientRemoved: { clientId: string };
  /** A secret was changed for a short-lived token. */
  ApiClientTokenIssued: {
    clientId: string;
    tokenId: string;
    scopes: readonly string[];
    until: string;
  };
  /**
   * A call came under a key of its caller and is about to be made; stream apiCall-<keyed hash of caller and key>.
   * `fingerprint` is a keyed hash of the call.
   */
  ApiCallBegun: { operation: string; fingerprint: string };
  /** What it was answered with first. Without `answer` that was long, or holds what no record may: it is made again. */
  ApiCallAnswered: { operation: string; status: number; answer?: Sealed };
  /** The client gave a token back before its end (RFC 7009). */
  ApiClientTokenRevoked: { clientId: string; tokenId: string; until: string };
};
