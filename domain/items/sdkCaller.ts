/** What a service account may do at the Web Service SDK (spec/60 'Scopes per caller'). */
export const sdkScopes = [
  'verify',
  'read users',
  'write users',
  'bypass',
  'privacy',
  'mobile',
] as const;
export type SdkScope = (typeof sdkScopes)[number];

/** How one service account may call the Web Service SDK. What is absent is as for everybody. */
export type SdkCaller = {
  /** The account's name, without regard to case. */
  readonly account: string;
  /** All where absent, as migrated accounts have. */
  readonly scopes?: readonly SdkScope[];
  /** Where it calls from: CIDR, one address, or `from-to`. */
  readonly addresses?: readonly string[];
  readonly callsPerSecond?: number;
  /** Calls that may wait for people at one time. */
  readonly openCalls?: number;
  /** Longest wait for a person. */
  readonly waitSeconds?: number;
  /** SHA-256 of the client certificate that signs this account in, lower-case hexadecimal. */
  readonly certificate?: string;
  /** Kerberos principal that signs this account in, as in `svc-mim@CORP.EXAMPLE.COM`. */
  readonly principal?: string;
  /** Its password no longer signs it in. */
  readonly certificateOnly?: boolean;
};
