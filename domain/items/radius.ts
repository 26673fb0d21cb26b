import type { Sealed } from '../sealed.ts';

/** When a request of a client counts without Message-Authenticator (spec/40 'Security'). */
export type ProofMode = 'required' | 'auto' | 'off';

/** A program that asks us by RADIUS (spec/40 'Clients'). */
export type RadiusClient = {
  /** Addresses that its packets come from: one, `address/bits` or `from-to`. */
  readonly addresses: readonly string[];
  readonly secret: Sealed;
  readonly application?: string;
  readonly requireUserMatch: boolean;
  /** After another method got no answer, a code of an app or token is asked for. */
  readonly fallbackOath: boolean;
  /** False where the client cannot ask the person for a code. */
  readonly challengeCapable: boolean;
  /** The last six digits of the password are a code, where there are as many. */
  readonly codeAfterPassword: boolean;
  /** Addresses of access servers whose logins need no second factor. */
  readonly exemptNas?: readonly string[];
  readonly clientIpAttribute: 'callingStationId' | 'tunnelClientEndpoint' | 'framedIpAddress';
  readonly messageAuthenticator: ProofMode;
  /** Who checks the password: a `radiusTarget`, or `none` where the client has done so; `default` where absent. */
  readonly target?: string;
  readonly requestsPerSecond: number;
};

/** Servers that check passwords, asked in their order (spec/40 'Target'). */
export type RadiusTarget = {
  readonly servers: readonly {
    readonly serverId: string;
    readonly address: string;
    readonly port: number;
    readonly accountingPort: number;
    readonly secret: Sealed;
    /** How long one is waited for before the next is asked. */
    readonly timeoutSeconds: number;
    readonly messageAuthenticator: 'required' | 'off';
  }[];
};

/** Target of clients that name none, where it is there. */
export const defaultTarget = 'default';
export const noTarget = 'none';
