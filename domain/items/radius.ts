import type { Sealed } from '../sealed.ts';

/** When a request of a client counts without Message-Authenticator (spec/40 'Security'). */
export type ProofMode = 'required' | 'auto' | 'off';

/** A program that asks us by RADIUS (spec/40 'Clients'). */
export type RadiusClient = {
  /** Addresses that its packets come from over UDP: one, `address/bits` or `from-to`. None where it speaks TLS alone. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificates that it shows over TLS (RFC 6614 §2.3), 64 hex digits; whoever has issued them. */
  readonly certificates?: readonly string[];
  /** DNS names, one of which is in its certificate, which an authority of ours has issued. */
  readonly certificateNames?: readonly string[];
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

/** Who checks passwords (spec/40 'Target'). What belongs to another kind is absent. */
export type RadiusTarget = {
  /** `radius` where absent. */
  readonly kind?: 'radius' | 'ldap' | 'windowsDomain';
  /** RADIUS servers, asked in their order; none for the other kinds. */
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
  /** Servers of one directory, or domain controllers of one domain, asked in their order. */
  readonly directories?: readonly TargetDirectory[];
  /** Where people are looked for, and below. */
  readonly baseDn?: string;
  /** LDAP filter with `{username}` in place of the typed name. */
  readonly filter?: string;
  /** The account that looks for people. */
  readonly bindDn?: string;
  readonly bindPassword?: Sealed;
  /** Holds the name by which a person is known here. */
  readonly usernameAttribute?: string;
  /** Holds the DNs of a person's groups. */
  readonly groupAttribute?: string;
  /** Also groups that hold a group of the person's; only Active Directory says so. On for `windowsDomain` where absent. */
  readonly nestedGroups?: boolean;
  /** NetBIOS name of a Windows domain. */
  readonly domain?: string;
  /** What an accept says, by the first group of the list that the person is in. */
  readonly replies?: readonly GroupReply[];
};

export type TargetDirectory = {
  readonly host: string;
  /** 636 for `ldaps`, 389 otherwise, where absent. */
  readonly port?: number;
  /** `none` sends passwords in the clear: to this machine, or where `allowPlainText` wants it so. */
  readonly security: 'ldaps' | 'startTls' | 'none';
  readonly allowPlainText?: true;
  /** The name that its certificate must have; `host` where absent. */
  readonly serverName?: string;
  /** Authorities in PEM that its certificate may come from; those of this machine where absent. */
  readonly ca?: string;
  /** How long one is waited for before the next is asked. */
  readonly timeoutSeconds: number;
};

export type GroupReply = {
  /** A group of Countersign's, or one of the directory by its DN or its common name. */
  readonly group: string;
  readonly attributes: readonly ReplyAttribute[];
};

/** A standard attribute by its `name`, or a vendor's by its numbers. */
export type ReplyAttribute = {
  readonly name?: string;
  /** RFC 2868 §3.1. */
  readonly tag?: number;
  readonly vendor?: number;
  readonly type?: number;
  /** How the value of a vendor's attribute is written; `text` where absent. */
  readonly format?: 'text' | 'integer' | 'address' | 'hex';
  readonly value: string;
};

/** Target of clients that name none, where it is there. */
export const defaultTarget = 'default';
export const noTarget = 'none';
