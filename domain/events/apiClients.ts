/** `token`: sends its secret with each call. `clientCredentials`: changes it for short-lived tokens (RFC 6749 §4.4). */
export type ApiClientKind = 'token' | 'clientCredentials';

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

/** Programs that call the REST interface; stream settings, and one stream `apiToken-<id>` for each short-lived token. */
export type ApiClientEvents = {
  ApiClientAdded: {
    clientId: string;
    name: string;
    secretHash: string;
    scopes: readonly string[];
    /** `token` where absent. */
    kind?: ApiClientKind;
    limits?: ApiClientLimits;
  };
  /** What it may do from now on, as a whole. */
  ApiClientChanged: {
    clientId: string;
    name: string;
    scopes: readonly string[];
    limits: ApiClientLimits;
    /** False: nothing of it is let in. */
    enabled: boolean;
  };
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
  /** The client gave a token back before its end (RFC 7009). */
  ApiClientTokenRevoked: { clientId: string; tokenId: string; until: string };
};
