/* Made from the description of the REST interface by `npm run client:schema`; edit that, not this. */

import type { Upload } from './operation.ts';

type Part1 = {
  readonly name: string;
  readonly requestorVerifies?: boolean | undefined;
  readonly approvalNeeded?: boolean | undefined;
  readonly stages: readonly Part4[];
  readonly selfApproval?: boolean | undefined;
  readonly confirmation?:
    | {
        readonly required?: boolean | undefined;
        readonly methodClass?: 'any' | 'app' | 'number' | undefined;
      }
    | undefined;
  readonly comment?: 'never' | 'onRejection' | 'always' | undefined;
  readonly justificationNeeded?: boolean | undefined;
  readonly skipWhen?:
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50
    | Part7
    | Part8
    | undefined;
  readonly window?:
    | {
        readonly days: readonly number[];
        readonly from: string;
        readonly to: string;
        readonly utcOffsetMinutes?: number | undefined;
        readonly outside?: 'wait' | 'refuse' | undefined;
      }
    | undefined;
  readonly maxTtlSeconds?: number | undefined;
  readonly approverMay?: 'nothing' | 'shortenTtl' | undefined;
  readonly approversVisible?: boolean | undefined;
  readonly delegation?: boolean | undefined;
  readonly acknowledge?:
    | {
        readonly activation?: boolean | undefined;
        readonly deactivation?: boolean | undefined;
      }
    | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly roleOwners?:
    | readonly {
        readonly subjectId: string;
        readonly userIds: readonly string[];
      }[]
    | undefined;
};

type GetApprovalPolicyReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part3;
};

type Part3 = {
  readonly name: string;
  readonly requestorVerifies: boolean;
  readonly approvalNeeded: boolean;
  readonly stages: readonly Part5[];
  readonly selfApproval: boolean;
  readonly confirmation: {
    readonly required: boolean;
    readonly methodClass: 'any' | 'app' | 'number';
  };
  readonly comment: 'never' | 'onRejection' | 'always';
  readonly justificationNeeded: boolean;
  readonly skipWhen?:
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50
    | Part7
    | Part8;
  readonly window?: {
    readonly days: readonly number[];
    readonly from: string;
    readonly to: string;
    readonly utcOffsetMinutes: number;
    readonly outside: 'wait' | 'refuse';
  };
  readonly maxTtlSeconds: number;
  readonly approverMay: 'nothing' | 'shortenTtl';
  readonly approversVisible: boolean;
  readonly delegation: boolean;
  readonly acknowledge: {
    readonly activation: boolean;
    readonly deactivation: boolean;
  };
  readonly owners: readonly string[];
  readonly roleOwners: readonly {
    readonly subjectId: string;
    readonly userIds: readonly string[];
  }[];
};

type Part4 = {
  readonly approvers:
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part16;
  readonly quorum?: number | 'all' | undefined;
  readonly durationSeconds?: number | undefined;
  readonly reminders?:
    | readonly (
        | {
            readonly kind: 'fraction';
            readonly of: number;
          }
        | {
            readonly kind: 'after';
            readonly seconds: number;
          }
      )[]
    | undefined;
  readonly rejection?: 'first' | 'impossible' | undefined;
  readonly escalation?: readonly Part10[] | undefined;
  /** approve is flagged in reports. */
  readonly onTimeout?: 'reject' | 'expire' | 'approve' | undefined;
};

type Part5 = {
  readonly approvers:
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part18;
  readonly quorum: number | 'all';
  readonly durationSeconds: number;
  readonly reminders: readonly (
    | {
        readonly kind: 'fraction';
        readonly of: number;
      }
    | {
        readonly kind: 'after';
        readonly seconds: number;
      }
  )[];
  readonly rejection: 'first' | 'impossible';
  readonly escalation: readonly Part12[];
  readonly onTimeout: 'reject' | 'expire' | 'approve';
};

type Part6 = {
  /** ldap takes PAP; windowsDomain also MS-CHAPv2, whose strength is that of one DES key: carry it over TLS. */
  readonly kind?: 'radius' | 'ldap' | 'windowsDomain' | undefined;
  /** RADIUS servers, asked in their order; for kind radius. */
  readonly servers?: readonly Part47[] | undefined;
  /** LDAP servers or domain controllers, asked in their order. */
  readonly directories?: readonly Part41[] | undefined;
  /** Where people are looked for. */
  readonly baseDn?: string | undefined;
  /** How people are found; (uid={username}) where absent. */
  readonly filter?: string | undefined;
  /** The account that looks for people: a DN, or for a Windows domain user@domain or DOMAIN\user. */
  readonly bindDn?: string | undefined;
  /** Stays as it is where absent. */
  readonly bindPassword?: string | undefined;
  readonly bindPasswordSet?: true | undefined;
  /** Holds the name by which a person is known here; uid where absent, in a Windows domain userPrincipalName or else sAMAccountName. */
  readonly usernameAttribute?: string | undefined;
  /** memberOf where absent. */
  readonly groupAttribute?: string | undefined;
  /** Whether people are in the groups of their groups, too, as Active Directory tells; on where absent for windowsDomain, off for ldap. */
  readonly nestedGroups?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly replies?: readonly Part28[] | undefined;
};

type Part7 = {
  readonly kind: 'all' | 'any';
  readonly of: readonly (
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50
    | Part23
    | Part25
  )[];
};

type Part8 = {
  readonly kind: 'not';
  readonly of:
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50
    | Part23
    | Part25;
};

type Part9 = {
  readonly path: {
    readonly id: string;
  };
  readonly body: {
    readonly reason: string;
  };
  readonly reply: GetApprovalReply;
};

type Part10 = {
  readonly approvers:
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part16;
  readonly quorum?: number | 'all' | undefined;
  readonly durationSeconds?: number | undefined;
  readonly reminders?:
    | readonly (
        | {
            readonly kind: 'fraction';
            readonly of: number;
          }
        | {
            readonly kind: 'after';
            readonly seconds: number;
          }
      )[]
    | undefined;
};

type GetApprovalReply = {
  readonly approvalId: string;
  readonly state:
    | 'created'
    | 'verifying-requestor'
    | 'pending'
    | 'approved'
    | 'scheduled'
    | 'active'
    | 'closing'
    | 'rejected'
    | 'expired'
    | 'cancelled'
    | 'closed'
    | 'failed';
  /** The state as MIM’s PAM service names it. */
  readonly pamState: string;
  /** Grows with every fact; `since` of the long poll. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  /** ISO 8601, UTC. */
  readonly endedAt?: string;
  readonly requestor: string;
  readonly beneficiary?: string;
  readonly subject: {
    readonly kind: string;
    readonly id: string;
    readonly name: string;
  };
  readonly title: string;
  readonly details: readonly {
    readonly label: string;
    readonly value: string;
  }[];
  readonly link?: string;
  readonly justification?: string;
  /** Over what approvers are shown; a decision names it. */
  readonly hash: string;
  readonly policyId: string;
  readonly policyName: string;
  readonly callerId: string;
  readonly reference?: string;
  readonly stage?: number;
  readonly level?: number;
  readonly stages: number;
  /** ISO 8601, UTC. */
  readonly until?: string;
  /** ISO 8601, UTC. */
  readonly requestedTime?: string;
  readonly ttlSeconds?: number;
  readonly asked: readonly string[];
  readonly approversVisible: boolean;
  readonly decisions: readonly {
    readonly approver: string;
    readonly delegatedFrom?: string;
    readonly decision: 'approve' | 'reject';
    /** ISO 8601, UTC. */
    readonly at: string;
    readonly stage: number;
    readonly level: number;
    readonly comment?: string;
    readonly requestId?: string;
    readonly counted: boolean;
  }[];
  readonly reason?: string;
  readonly requestorRequestId?: string;
  /** Shown to the requestor, who types it into the app. */
  readonly displayNumber?: string;
  /** Seconds to wait before asking again. */
  readonly pollAfter?: number;
};

type Part12 = {
  readonly approvers:
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part18;
  readonly quorum: number | 'all';
  readonly durationSeconds: number;
  readonly reminders: readonly (
    | {
        readonly kind: 'fraction';
        readonly of: number;
      }
    | {
        readonly kind: 'after';
        readonly seconds: number;
      }
  )[];
};

type GetAuthenticationReply = {
  readonly requestId: string;
  readonly state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | 'approved'
    | 'skipped'
    | 'denied'
    | 'expired'
    | 'failed'
    | 'cancelled';
  readonly code?:
    | 'APPROVED'
    | 'CACHED'
    | 'BYPASSED'
    | 'NOT_ENROLLED'
    | 'TRUSTED_IP'
    | 'USER_DISABLED_OK'
    | 'UNREACHABLE_OK'
    | 'PRIMARY_FAILED'
    | 'USER_DENIED'
    | 'FRAUD_REPORTED'
    | 'WRONG_PIN'
    | 'WRONG_CODE'
    | 'CODE_RETRY_LIMIT'
    | 'CODE_REUSED'
    | 'CODE_EXPIRED'
    | 'NO_ANSWER'
    | 'BUSY'
    | 'VOICEMAIL'
    | 'HUNG_UP'
    | 'UNREACHABLE'
    | 'NO_RESPONSE'
    | 'APPROVAL_REJECTED'
    | 'APPROVAL_EXPIRED'
    | 'INVALID_PHONE'
    | 'NO_METHOD'
    | 'METHOD_DISABLED'
    | 'NO_DEVICE'
    | 'PUSH_FAILED'
    | 'USER_NOT_FOUND'
    | 'USER_DISABLED'
    | 'USER_BLOCKED'
    | 'USER_LOCKED'
    | 'THROTTLED'
    | 'PROVIDER_ERROR'
    | 'DIRECTORY_ERROR'
    | 'INTERNAL'
    | 'CALLER_DENIED'
    | 'BAD_REQUEST'
    | 'LOOP'
    | 'TICKET_INVALID'
    | 'SUPERSEDED'
    | 'CALLER_GONE';
  readonly method?: 'app' | 'oath' | 'sms' | 'call';
  readonly triesLeft?: number;
  /** Two digits to show at the login; the app wants them. */
  readonly displayNumber?: string;
  readonly approvalId?: string;
  /** ISO 8601, UTC. */
  readonly expiresAt?: string;
  readonly reference?: string;
  /** Seconds to wait before asking again. */
  readonly pollAfter?: number;
  readonly user: string;
  readonly application: string;
  readonly channel: 'sdk' | 'rest' | 'radius' | 'ldap' | 'gate' | 'portal' | 'adfs' | 'cli';
  readonly callerId: string;
  readonly clientIp: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** ISO 8601, UTC. */
  readonly endedAt?: string;
  readonly devices: readonly {
    readonly deviceId: string;
    readonly name: string;
    readonly answer?: 'approve' | 'deny' | 'fraud';
  }[];
};

type GetUserReply = {
  readonly userId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly group: string;
  readonly description: string;
  readonly uniqueIdentifier: string;
  readonly source: 'manual' | 'import' | 'sync';
  readonly enabled: boolean;
  readonly state: 'disabled' | 'unregistered' | 'registered' | 'blocked' | 'locked';
  readonly method: 'app' | 'oath' | 'sms' | 'call';
  readonly appMode: 'standard' | 'pin';
  readonly callMode: 'standard' | 'pin';
  readonly smsDirection: 'oneWay' | 'twoWay';
  readonly smsMode: 'standard' | 'pin';
  readonly oathMode: 'standard' | 'pin';
  readonly callLanguage: string;
  readonly smsLanguage: string;
  readonly appLanguage: string;
  readonly oathLanguage: string;
  /** Masked. */
  readonly phone: string;
  /** Masked. */
  readonly backupPhone: string;
  readonly overrides: readonly string[];
  readonly blocked?: {
    readonly blockId: string;
    readonly reason: string;
    /** ISO 8601, UTC. */
    readonly until: string;
  };
  readonly devices: readonly {
    readonly deviceId: string;
    readonly name: string;
    readonly state: 'pending' | 'active';
    readonly appVersion: string;
    /** ISO 8601, UTC. */
    readonly activatedAt: string;
  }[];
  readonly tokens: readonly {
    readonly tokenId: string;
    readonly serial: string;
    readonly kind: 'totp' | 'hotp';
    readonly digits: number;
    readonly periodSeconds: number;
    readonly state: 'assigned' | 'active';
  }[];
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  /** ISO 8601, UTC. */
  readonly lastAttemptAt?: string;
  /** ISO 8601, UTC. */
  readonly lastSuccessAt?: string;
};

type Part15 = {
  /** Where its packets come from over UDP; none where it speaks RADIUS over TLS alone. */
  readonly addresses?: readonly string[] | undefined;
  /** SHA-256 of certificates that it shows over TLS, whoever has issued them. */
  readonly certificates?: readonly string[] | undefined;
  /** DNS names, one of which its certificate has; one of radsecAuthorityFile issued it. */
  readonly certificateNames?: readonly string[] | undefined;
  /** Stays as it is where absent; made for a new one. */
  readonly secret?: string | undefined;
  readonly secretSet?: true | undefined;
  readonly application?: string | undefined;
  readonly requireUserMatch?: boolean | undefined;
  /** Ask for a code of an app or token after another method got no answer. */
  readonly fallbackOath?: boolean | undefined;
  readonly challengeCapable?: boolean | undefined;
  /** The last six digits of the password are a code, where there are as many. */
  readonly codeAfterPassword?: boolean | undefined;
  readonly exemptNas?: readonly string[] | undefined;
  readonly clientIpAttribute?:
    | 'callingStationId'
    | 'tunnelClientEndpoint'
    | 'framedIpAddress'
    | undefined;
  readonly messageAuthenticator?: 'required' | 'auto' | 'off' | undefined;
  /** A radiusTarget, or none where the client checks passwords itself; the one called default where absent. */
  readonly target?: string | undefined;
  readonly requestsPerSecond?: number | undefined;
};

type Part16 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number | undefined;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part21
  )[];
};

type GetRadiusTargetReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part20;
};

type Part18 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part22
  )[];
};

type TestUserReply = {
  readonly requestId: string;
  readonly state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | 'approved'
    | 'skipped'
    | 'denied'
    | 'expired'
    | 'failed'
    | 'cancelled';
  readonly code?:
    | 'APPROVED'
    | 'CACHED'
    | 'BYPASSED'
    | 'NOT_ENROLLED'
    | 'TRUSTED_IP'
    | 'USER_DISABLED_OK'
    | 'UNREACHABLE_OK'
    | 'PRIMARY_FAILED'
    | 'USER_DENIED'
    | 'FRAUD_REPORTED'
    | 'WRONG_PIN'
    | 'WRONG_CODE'
    | 'CODE_RETRY_LIMIT'
    | 'CODE_REUSED'
    | 'CODE_EXPIRED'
    | 'NO_ANSWER'
    | 'BUSY'
    | 'VOICEMAIL'
    | 'HUNG_UP'
    | 'UNREACHABLE'
    | 'NO_RESPONSE'
    | 'APPROVAL_REJECTED'
    | 'APPROVAL_EXPIRED'
    | 'INVALID_PHONE'
    | 'NO_METHOD'
    | 'METHOD_DISABLED'
    | 'NO_DEVICE'
    | 'PUSH_FAILED'
    | 'USER_NOT_FOUND'
    | 'USER_DISABLED'
    | 'USER_BLOCKED'
    | 'USER_LOCKED'
    | 'THROTTLED'
    | 'PROVIDER_ERROR'
    | 'DIRECTORY_ERROR'
    | 'INTERNAL'
    | 'CALLER_DENIED'
    | 'BAD_REQUEST'
    | 'LOOP'
    | 'TICKET_INVALID'
    | 'SUPERSEDED'
    | 'CALLER_GONE';
  readonly method?: 'app' | 'oath' | 'sms' | 'call';
  readonly triesLeft?: number;
  /** Two digits to show at the login; the app wants them. */
  readonly displayNumber?: string;
  readonly approvalId?: string;
  /** ISO 8601, UTC. */
  readonly expiresAt?: string;
  readonly reference?: string;
  /** Seconds to wait before asking again. */
  readonly pollAfter?: number;
};

type Part20 = {
  readonly kind: 'radius' | 'ldap' | 'windowsDomain';
  readonly servers: readonly {
    readonly serverId: string;
    readonly address: string;
    readonly port: number;
    readonly accountingPort: number;
    readonly secretSet?: true;
    readonly timeoutSeconds: number;
    readonly messageAuthenticator: 'required' | 'off';
  }[];
  readonly directories?: readonly {
    readonly host: string;
    readonly port?: number;
    readonly security: 'ldaps' | 'startTls' | 'none';
    readonly allowPlainText?: true;
    readonly serverName?: string;
    readonly ca?: string;
    readonly timeoutSeconds: number;
  }[];
  readonly baseDn?: string;
  readonly filter?: string;
  readonly bindDn?: string;
  readonly bindPasswordSet?: true;
  readonly usernameAttribute?: string;
  readonly groupAttribute?: string;
  readonly nestedGroups?: boolean;
  readonly domain?: string;
  readonly replies?: readonly Part55[];
};

type Part21 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number | undefined;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part30
  )[];
};

type Part22 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part34
  )[];
};

type Part23 = {
  readonly kind: 'all' | 'any';
  readonly of: readonly (
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50
  )[];
};

type GetApiClientReply = {
  readonly clientId: string;
  readonly name: string;
  /** token: sends its secret with each call; clientCredentials: changes it for short-lived tokens (RFC 6749 section 4.4); certificate: shows a client certificate, with each call or for such tokens (RFC 8705). */
  readonly kind: 'token' | 'clientCredentials' | 'certificate';
  readonly scopes: readonly string[];
  readonly limits: {
    readonly groups?: readonly string[];
    readonly applications?: readonly string[];
    readonly addresses?: readonly string[];
    /** ISO 8601, UTC. */
    readonly until?: string;
  };
  readonly certificates?: readonly string[];
  readonly certificateNames?: readonly string[];
  readonly enabled: boolean;
  /** The ETag. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
  /** When it last changed its secret for a token. */
  readonly lastTokenAt?: string;
};

type Part25 = {
  readonly kind: 'not';
  readonly of:
    | {
        readonly kind: 'equals';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly value: string;
      }
    | {
        readonly kind: 'in';
        readonly field:
          | 'requestor.id'
          | 'requestor.group'
          | 'requestor.manager'
          | 'beneficiary.id'
          | 'beneficiary.group'
          | 'subject.kind'
          | 'subject.id'
          | 'subject.name';
        readonly values: readonly string[];
      }
    | Part50;
};

type GetEventReply = {
  /** In the order of the whole log. */
  readonly position: number;
  readonly eventId: string;
  /** Dotted, as in authentication.approved. */
  readonly type: string;
  readonly storedType: string;
  readonly version: number;
  readonly stream: string;
  /** In the order of its stream, from 0. */
  readonly revision: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly subject: string;
  readonly userId?: string;
  readonly channel: string;
  readonly address: string;
  readonly requestId: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly workflowId?: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
};

type GetRadiusClientReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part33;
};

type Part28 = {
  /** A group of the list of people, or one of the directory by its DN or common name. */
  readonly group: string;
  readonly attributes: readonly Part38[];
};

type GetMailTemplateReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part37;
};

type Part30 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number | undefined;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part52
  )[];
};

type Part31 = {
  readonly message:
    | 'greetingStandard'
    | 'greetingPin'
    | 'retryStandard'
    | 'retryPin'
    | 'fraudGreetingStandard'
    | 'fraudGreetingPin'
    | 'activationGreetingStandard'
    | 'activationGreetingPin'
    | 'activationRetryStandard'
    | 'activationRetryPin'
    | 'activation'
    | 'succeeded'
    | 'denied'
    | 'deniedRetry'
    | 'fraudConfirmation'
    | 'fraudReported'
    | 'extensionPrompt'
    | 'beforeDigits'
    | 'afterDigits';
  /** BCP 47. */
  readonly language: string;
  readonly application?: string | undefined;
  /** From the upload of the audio; ignored here. */
  readonly contentType?: 'audio/wav' | 'audio/mpeg' | undefined;
  /** From the upload of the audio; ignored here. */
  readonly audio?: string | undefined;
};

type GetVoiceMessageReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part39;
};

type Part33 = {
  readonly addresses: readonly string[];
  readonly certificates?: readonly string[];
  readonly certificateNames?: readonly string[];
  readonly secretSet?: true;
  readonly application?: string;
  readonly requireUserMatch: boolean;
  readonly fallbackOath: boolean;
  readonly challengeCapable: boolean;
  readonly codeAfterPassword: boolean;
  readonly exemptNas?: readonly string[];
  readonly clientIpAttribute: 'callingStationId' | 'tunnelClientEndpoint' | 'framedIpAddress';
  readonly messageAuthenticator: 'required' | 'auto' | 'off';
  /** Chosen by whoever makes the item, or made by the server. */
  readonly target?: string;
  readonly requestsPerSecond: number;
};

type Part34 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
    | Part58
  )[];
};

type Part35 = {
  readonly type?: 'syslog' | undefined;
  readonly host: string;
  readonly port?: number | undefined;
  /** The name that its certificate must have; host where absent. */
  readonly serverName?: string | undefined;
  /** Authorities that its certificate may come from. */
  readonly ca?: string | undefined;
  readonly format?: 'syslog' | 'cef' | 'ocsf' | undefined;
  readonly types?: readonly string[] | undefined;
  readonly facility?: number | undefined;
  /** With the oldest event of the log, or what comes after this order. */
  readonly from?: 'start' | 'now' | undefined;
  readonly active?: boolean | undefined;
};

type Part36 = {
  readonly occasion:
    | 'fraudReported'
    | 'lockedOut'
    | 'guessing'
    | 'pushFatigue'
    | 'recoveryCodeUsed'
    | 'factorChanged'
    | 'factorChangedText'
    | 'userAdded'
    | 'userUpdated'
    | 'enrolment'
    | 'approvalAsked'
    | 'approvalReminder'
    | 'approvalEscalated'
    | 'approvalSettled'
    | 'approvalCreated'
    | 'approvalDecided'
    | 'approvalEnding'
    | 'approvalStuck'
    | 'webhookParked'
    | 'exportTargetDown'
    | 'ledgerBroken'
    | 'viewsLag'
    | 'failOpenSet'
    | 'mailTest';
  /** BCP 47. */
  readonly language: string;
  readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
  readonly subject: string;
  readonly text: string;
};

type Part37 = {
  readonly occasion:
    | 'fraudReported'
    | 'lockedOut'
    | 'guessing'
    | 'pushFatigue'
    | 'recoveryCodeUsed'
    | 'factorChanged'
    | 'factorChangedText'
    | 'userAdded'
    | 'userUpdated'
    | 'enrolment'
    | 'approvalAsked'
    | 'approvalReminder'
    | 'approvalEscalated'
    | 'approvalSettled'
    | 'approvalCreated'
    | 'approvalDecided'
    | 'approvalEnding'
    | 'approvalStuck'
    | 'webhookParked'
    | 'exportTargetDown'
    | 'ledgerBroken'
    | 'viewsLag'
    | 'failOpenSet'
    | 'mailTest';
  /** BCP 47. */
  readonly language: string;
  readonly method?: 'app' | 'oath' | 'sms' | 'call';
  readonly subject: string;
  readonly text: string;
};

type Part38 = {
  /** A standard attribute: Service-Type, Framed-IP-Address, Framed-IP-Netmask, Filter-Id, Framed-Route, Class, Session-Timeout, Idle-Timeout, Tunnel-Type, Tunnel-Medium-Type, Tunnel-Private-Group-Id, Acct-Interim-Interval, Framed-Pool, NAS-Filter-Rule. */
  readonly name?: string | undefined;
  readonly tag?: number | undefined;
  /** A vendor by its IANA enterprise number, with type, in place of name. */
  readonly vendor?: number | undefined;
  readonly type?: number | undefined;
  readonly format?: 'text' | 'integer' | 'address' | 'hex' | undefined;
  readonly value: string;
};

type Part39 = {
  readonly message:
    | 'greetingStandard'
    | 'greetingPin'
    | 'retryStandard'
    | 'retryPin'
    | 'fraudGreetingStandard'
    | 'fraudGreetingPin'
    | 'activationGreetingStandard'
    | 'activationGreetingPin'
    | 'activationRetryStandard'
    | 'activationRetryPin'
    | 'activation'
    | 'succeeded'
    | 'denied'
    | 'deniedRetry'
    | 'fraudConfirmation'
    | 'fraudReported'
    | 'extensionPrompt'
    | 'beforeDigits'
    | 'afterDigits';
  /** BCP 47. */
  readonly language: string;
  readonly application?: string;
  readonly contentType?: 'audio/wav' | 'audio/mpeg';
  readonly audio?: string;
};

type Part40 = {
  readonly url: string;
  /** None for a webhook that only approvals call back. */
  readonly types: readonly string[];
  readonly active?: boolean | undefined;
  /** Two at most, for rotation; the last one signs. A key without a secret gets one, which is in this answer only. */
  readonly keys?:
    | readonly {
        readonly keyId: string;
        /** Stays as it is where absent. */
        readonly secret?: string | undefined;
        readonly secretSet?: true | undefined;
      }[]
    | undefined;
  readonly application?: string | undefined;
  readonly group?: string | undefined;
};

type Part41 = {
  readonly host: string;
  /** 636 for ldaps, 389 otherwise. */
  readonly port?: number | undefined;
  readonly security?: 'ldaps' | 'startTls' | 'none' | undefined;
  /** Unsafe: security none sends passwords over the network in the clear. */
  readonly allowPlainText?: true | undefined;
  /** The name that its certificate must have; host where absent. */
  readonly serverName?: string | undefined;
  /** Authorities that its certificate may come from. */
  readonly ca?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
};

type RetentionPlanReply = {
  readonly families: readonly {
    readonly family: 'logins' | 'messages' | 'approvals' | 'administration';
    /** How long it is kept. */
    readonly days: number;
    /** ISO 8601, UTC. */
    readonly before: string;
    readonly events: number;
    /** Months whose key is destroyed, as in 2025-09. */
    readonly months: readonly string[];
  }[];
  /** People whose records a legal hold keeps. */
  readonly held: number;
  /** Removed people who are erased. */
  readonly people: number;
  /** Why nothing expires now. */
  readonly stopped?: string;
};

type GetDeliveryReply = {
  /** The receiver tells doubles apart by it. */
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  /** ISO 8601, UTC. */
  readonly queuedAt: string;
  readonly state: 'open' | 'acknowledged' | 'parked';
  readonly attempts: number;
  readonly lastReason?: string;
  /** ISO 8601, UTC. */
  readonly retryAt?: string;
  /** ISO 8601, UTC. */
  readonly endedAt?: string;
  /** Of the event in the log. */
  readonly position?: number;
};

type GetSdkCallerReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: Part49;
};

type Part45 = {
  readonly account: string;
  readonly scopes?:
    | readonly ('verify' | 'read users' | 'write users' | 'bypass' | 'privacy' | 'mobile')[]
    | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly callsPerSecond?: number | undefined;
  readonly openCalls?: number | undefined;
  readonly waitSeconds?: number | undefined;
  readonly certificate?: string | undefined;
  readonly principal?: string | undefined;
  readonly certificateOnly?: boolean | undefined;
};

type GetExportTargetReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly type: 'syslog';
    readonly host: string;
    readonly port: number;
    readonly serverName?: string;
    readonly ca?: string;
    readonly format: 'syslog' | 'cef' | 'ocsf';
    readonly types: readonly string[];
    readonly facility: number;
    readonly from: 'start' | 'now';
    readonly active: boolean;
  };
};

type Part47 = {
  readonly serverId: string;
  readonly address: string;
  readonly port?: number | undefined;
  readonly accountingPort?: number | undefined;
  /** Stays as it is where absent; made for a new one. */
  readonly secret?: string | undefined;
  readonly secretSet?: true | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly messageAuthenticator?: 'required' | 'off' | undefined;
};

type Part48 = {
  /** Only people of these groups exist for it. */
  readonly groups?: readonly string[] | undefined;
  /** Only logins of these applications exist for it. */
  readonly applications?: readonly string[] | undefined;
  /** Where it calls from. */
  readonly addresses?: readonly string[] | undefined;
  /** When its secret and its tokens end. */
  readonly until?: string | undefined;
};

type Part49 = {
  readonly account: string;
  readonly scopes?: readonly (
    | 'verify'
    | 'read users'
    | 'write users'
    | 'bypass'
    | 'privacy'
    | 'mobile'
  )[];
  readonly addresses?: readonly string[];
  readonly callsPerSecond?: number;
  readonly openCalls?: number;
  readonly waitSeconds?: number;
  readonly certificate?: string;
  readonly principal?: string;
  readonly certificateOnly?: boolean;
};

type Part50 = {
  readonly kind: 'same';
  readonly field:
    | 'requestor.id'
    | 'requestor.group'
    | 'requestor.manager'
    | 'beneficiary.id'
    | 'beneficiary.group'
    | 'subject.kind'
    | 'subject.id'
    | 'subject.name';
  readonly other:
    | 'requestor.id'
    | 'requestor.group'
    | 'requestor.manager'
    | 'beneficiary.id'
    | 'beneficiary.group'
    | 'subject.kind'
    | 'subject.id'
    | 'subject.name';
};

type GetWebhookReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly url: string;
    readonly types: readonly string[];
    readonly active: boolean;
    readonly keys?: readonly {
      readonly keyId: string;
      readonly secretSet?: true;
    }[];
    readonly application?: string;
    readonly group?: string;
  };
};

type Part52 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number | undefined;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number | undefined;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
  )[];
};

type GetTelephonyProviderReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly type: 'twilio' | 'http';
    readonly baseUrl: string;
    readonly account: string;
    readonly secretSet?: true;
    readonly from: string;
    readonly order: number;
    readonly texts: boolean;
    readonly calls: boolean;
  };
};

type GetCacheRuleReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly type: 'user' | 'application' | 'applicationAndIp';
    readonly seconds: number;
    readonly channel?: 'sdk' | 'rest' | 'radius' | 'ldap' | 'gate' | 'portal' | 'adfs' | 'cli';
    readonly application?: string;
  };
};

type Part55 = {
  /** A group of the list of people, or one of the directory by its DN or common name. */
  readonly group: string;
  readonly attributes: readonly {
    readonly name?: string;
    readonly tag?: number;
    readonly vendor?: number;
    readonly type?: number;
    readonly format?: 'text' | 'integer' | 'address' | 'hex';
    readonly value: string;
  }[];
};

type GetMailReply = {
  readonly mailId: string;
  readonly occasion: string;
  readonly state: 'queued' | 'sent' | 'failed' | 'skipped';
  readonly reason?: string;
  /** Masked; empty where there was no address. */
  readonly to: string;
  readonly username: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
};

type GetTrustedIpsReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly addresses: readonly string[];
    readonly channels?: readonly (
      | 'sdk'
      | 'rest'
      | 'radius'
      | 'ldap'
      | 'gate'
      | 'portal'
      | 'adfs'
      | 'cli'
    )[];
    readonly application?: string;
    readonly note?: string;
  };
};

type Part58 = {
  readonly kind: 'all' | 'any' | 'atLeast';
  /** For atLeast: how many parts. */
  readonly count?: number;
  readonly of: readonly (
    | {
        readonly kind: 'user';
        readonly userId: string;
      }
    | {
        readonly kind: 'group';
        readonly group: string;
        readonly count?: number;
      }
    | {
        readonly kind: 'roleOwner' | 'requestorsManager';
      }
  )[];
};

type GetLoginPolicyReply = {
  readonly itemId: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly item: {
    readonly application: string;
    /** Chosen by whoever makes the item, or made by the server. */
    readonly approvalPolicy?: string;
    readonly numberMatch?: 'off' | 'allow' | 'require';
  };
};

export type Operations = {
  /** Activate an assigned token with one code that it shows; three wrong ones lock it */
  readonly activateToken: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
      readonly tokenId: string;
    };
    readonly body: {
      /** A typed code; anything that is no right code is answered as wrong. */
      readonly code: string;
    };
    readonly reply: undefined;
  };

  /** Add a client of this interface; its secret is in this answer only */
  readonly addApiClient: {
    readonly body: {
      readonly name: string;
      readonly scopes: readonly (
        | 'users.read'
        | 'users.write'
        | 'verify'
        | 'approvals.request'
        | 'approvals.decide'
        | 'approvals.read'
        | 'approvals.admin'
        | 'events.read'
        | 'reports.read'
        | 'bypass.write'
        | 'block.write'
        | 'settings.read'
        | 'settings.write'
        | 'sync.run'
        | 'sync.approve'
        | 'devices.write'
        | 'tokens.write'
        | 'privacy'
        | 'health'
      )[];
      /** token: sends its secret with each call; clientCredentials: changes it for short-lived tokens (RFC 6749 section 4.4); certificate: shows a client certificate, with each call or for such tokens (RFC 8705). */
      readonly kind?: 'token' | 'clientCredentials' | 'certificate' | undefined;
      /** What is absent does not limit it. */
      readonly limits?: Part48 | undefined;
      /** SHA-256 of certificates, one of which it shows, whoever has issued them. */
      readonly certificates?: readonly string[] | undefined;
      /** DNS names, one of which its certificate has; one of clientAuthorityFile issued it. */
      readonly certificateNames?: readonly string[] | undefined;
    };
    readonly reply: {
      readonly clientId: string;
      /** The secret: a bearer token, or the client_secret to change for tokens. A client that shows a certificate has none. */
      readonly token?: string;
    };
  };

  /** Add a approvalPolicy under a new id */
  readonly addApprovalPolicy: {
    readonly body: Part1;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a cacheRule under a new id */
  readonly addCacheRule: {
    readonly body: {
      readonly type: 'user' | 'application' | 'applicationAndIp';
      readonly seconds: number;
      readonly channel?:
        | 'sdk'
        | 'rest'
        | 'radius'
        | 'ldap'
        | 'gate'
        | 'portal'
        | 'adfs'
        | 'cli'
        | undefined;
      readonly application?: string | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a exportTarget under a new id */
  readonly addExportTarget: {
    readonly body: Part35;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a loginPolicy under a new id */
  readonly addLoginPolicy: {
    readonly body: {
      readonly application: string;
      /** Chosen by whoever makes the item, or made by the server. */
      readonly approvalPolicy?: string | undefined;
      readonly numberMatch?: 'off' | 'allow' | 'require' | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a mailTemplate under a new id */
  readonly addMailTemplate: {
    readonly body: Part36;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a radiusClient under a new id */
  readonly addRadiusClient: {
    readonly body: Part15;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a radiusTarget under a new id */
  readonly addRadiusTarget: {
    readonly body: Part6;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a sdkCaller under a new id */
  readonly addSdkCaller: {
    readonly body: Part45;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a service account for the Web Service SDK; its password is in this answer only */
  readonly addServiceAccount: {
    readonly body: {
      readonly name: string;
      readonly groups?: readonly string[] | undefined;
    };
    readonly reply: {
      readonly username: string;
      readonly password: string;
    };
  };

  /** Add a smtpServer under a new id */
  readonly addSmtpServer: {
    readonly body: {
      readonly host: string;
      readonly port: number;
      readonly security: 'tls' | 'starttls' | 'none';
      readonly user?: string | undefined;
      /** Stays as it is where absent. */
      readonly password?: string | undefined;
      readonly passwordSet?: true | undefined;
      readonly sender: string;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a telephonyProvider under a new id */
  readonly addTelephonyProvider: {
    readonly body: {
      readonly type: 'twilio' | 'http';
      readonly baseUrl: string;
      readonly account: string;
      /** Stays as it is where absent. */
      readonly secret?: string | undefined;
      readonly secretSet?: true | undefined;
      readonly from: string;
      readonly order: number;
      readonly texts: boolean;
      readonly calls: boolean;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a trustedIps under a new id */
  readonly addTrustedIps: {
    readonly body: {
      readonly addresses: readonly string[];
      readonly channels?:
        | readonly ('sdk' | 'rest' | 'radius' | 'ldap' | 'gate' | 'portal' | 'adfs' | 'cli')[]
        | undefined;
      readonly application?: string | undefined;
      readonly note?: string | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a user */
  readonly addUser: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
      readonly firstName?: string | undefined;
      readonly lastName?: string | undefined;
      readonly email?: string | undefined;
      readonly group?: string | undefined;
      readonly description?: string | undefined;
      readonly uniqueIdentifier?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly phone?: string | undefined;
      readonly backupPhone?: string | undefined;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      readonly appMode?: 'standard' | 'pin' | undefined;
      readonly callMode?: 'standard' | 'pin' | undefined;
      readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
      readonly smsMode?: 'standard' | 'pin' | undefined;
      readonly oathMode?: 'standard' | 'pin' | undefined;
      readonly callLanguage?: string | undefined;
      readonly smsLanguage?: string | undefined;
      readonly appLanguage?: string | undefined;
      readonly oathLanguage?: string | undefined;
    };
    readonly reply: {
      readonly userId: string;
      readonly username: string;
    };
  };

  /** Add a voiceMessage under a new id */
  readonly addVoiceMessage: {
    readonly body: Part31;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Add a webhook under a new id */
  readonly addWebhook: {
    readonly body: Part40;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Remove what is old now; answers progress lines and then what was done */
  readonly applyRetention: {
    readonly reply:
      | {
          readonly report: RetentionPlanReply;
        }
      | {
          readonly done: number;
          readonly total: number;
        };
  };

  /** What waits for a person’s decision, oldest first */
  readonly approvalInbox: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly query: {
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly approval: GetApprovalReply;
        /** ISO 8601, UTC. */
        readonly askedAt: string;
        readonly delegatedFrom?: string;
        readonly decided?: 'approve' | 'reject';
      }[];
      readonly nextCursor?: string;
    };
  };

  /** Approve, for one approver, who is asked to verify */
  readonly approveApproval: {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      /** User principal name. */
      readonly approver: string;
      /** Of what the approver was shown: `hash` of the request. */
      readonly hash: string;
      readonly comment?: string | undefined;
      /** A shorter grant, where the policy lets approvers shorten it. */
      readonly ttlSeconds?: number | undefined;
    };
    readonly reply: {
      /** The verification of the approver, as in /authentications/{id}. */
      readonly requestId?: string;
      /** Shown to the approver, who types it into the app. */
      readonly displayNumber?: string;
      readonly pollAfter?: number;
    };
  };

  /** Give a user a hardware token; it counts after one right code */
  readonly assignStockToken: {
    readonly path: {
      readonly serial: string;
    };
    readonly body: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly tokenId: string;
      readonly serial: string;
    };
  };

  /** Assign an OATH token; a secret that the server makes is in this answer only */
  readonly assignToken: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly secret?: string | undefined;
      readonly serial?: string | undefined;
      readonly digits?: 6 | 8 | undefined;
      readonly periodSeconds?: 30 | 60 | undefined;
      readonly kind?: 'totp' | 'hotp' | undefined;
      readonly counter?: number | undefined;
    };
    readonly reply: {
      readonly tokenId: string;
      readonly serial: string;
      readonly secret?: string;
      readonly otpauth?: string;
    };
  };

  /** Refuse every authentication of a user; an older block stays as it is */
  readonly blockUser: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
      readonly reason: string;
      readonly days?: number | undefined;
    };
    readonly reply: {
      readonly blockId: string;
      /** ISO 8601, UTC. */
      readonly until: string;
    };
  };

  /** Take a request back, as the program that asked */
  readonly cancelApproval: Part9;

  /** End an open authentication */
  readonly cancelAuthentication: {
    readonly path: {
      readonly id: string;
    };
    readonly reply: TestUserReply;
  };

  /** Change what a client may do, or switch it off; limits are set as a whole */
  readonly changeApiClient: {
    readonly path: {
      readonly clientId: string;
    };
    readonly body: {
      readonly name?: string | undefined;
      readonly scopes?:
        | readonly (
            | 'users.read'
            | 'users.write'
            | 'verify'
            | 'approvals.request'
            | 'approvals.decide'
            | 'approvals.read'
            | 'approvals.admin'
            | 'events.read'
            | 'reports.read'
            | 'bypass.write'
            | 'block.write'
            | 'settings.read'
            | 'settings.write'
            | 'sync.run'
            | 'sync.approve'
            | 'devices.write'
            | 'tokens.write'
            | 'privacy'
            | 'health'
          )[]
        | undefined;
      /** What is absent does not limit it. */
      readonly limits?: Part48 | undefined;
      readonly enabled?: boolean | undefined;
      /** SHA-256 of certificates, one of which it shows, whoever has issued them. */
      readonly certificates?: readonly string[] | undefined;
      /** DNS names, one of which its certificate has; one of clientAuthorityFile issued it. */
      readonly certificateNames?: readonly string[] | undefined;
    };
    readonly reply: GetApiClientReply;
  };

  /** Change some company settings, all or none */
  readonly changeSettings: {
    readonly body: {
      /** Company label that apps show; the deployment name where empty. */
      readonly accountName?: string | undefined;
      /** Public https address of the mobile service; made from the request where empty. */
      readonly mobileAppUrl?: string | undefined;
      /** Refuse plain HTTP on the mobile service; off only behind a TLS-terminating proxy. */
      readonly requireTls?: boolean | undefined;
      /** What an attempt of a disabled user ends with. */
      readonly whenUserDisabled?: 'fail' | 'succeed' | undefined;
      /** Life of a push. */
      readonly requestSeconds?: number | undefined;
      /** How long an attempt waits for a typed code. */
      readonly codeSeconds?: number | undefined;
      /** Life of an activation code. */
      readonly activationCodeMinutes?: number | undefined;
      /** How long ActivateNew waits for the device. */
      readonly activationWaitSeconds?: number | undefined;
      /** Active devices a user may have. */
      readonly deviceLimit?: number | undefined;
      /** Hand a seed to apps at activation, so that they show codes. */
      readonly oathInApp?: boolean | undefined;
      /** Steps before and after the current one that count. */
      readonly oathWindow?: number | undefined;
      /** Codes that one attempt may try. */
      readonly codeTries?: number | undefined;
      /** Let people deny and report fraud. */
      readonly fraudAllowed?: boolean | undefined;
      /** Block a user at once who reports fraud. */
      readonly fraudBlock?: boolean | undefined;
      /** Length of a block. */
      readonly blockDays?: number | undefined;
      /** How long after an approval an equal request is answered from it. */
      readonly duplicateGraceSeconds?: number | undefined;
      /** Unanswered or denied pushes an hour before codes only. */
      readonly pushLimitPerHour?: number | undefined;
      /** Pushes that want the number which the login shows: never, on channels that can show one, no push without, or six digits and only to apps that can type them. */
      readonly numberMatching?: 'off' | 'whereShown' | 'required' | 'strict' | undefined;
      /** Push without a number on channels that cannot show one to people who have no codes. */
      readonly allowPlainPush?: boolean | undefined;
      /** What an attempt does where no provider takes a call or a text. */
      readonly whenDeliveryUnreachable?: 'fail' | 'oath' | 'succeed' | undefined;
      /** Life of a code that was texted. */
      readonly smsCodeSeconds?: number | undefined;
      /** Time to answer a text message. */
      readonly smsReplySeconds?: number | undefined;
      /** Time for a call, each number of its own. */
      readonly callSeconds?: number | undefined;
      /** How long a login waits for other people to approve, where its policy wants them. */
      readonly loginApprovalSeconds?: number | undefined;
      /** Digits that report fraud during a call, followed by #. */
      readonly fraudCode?: string | undefined;
      /** PINs that one attempt may try. */
      readonly pinTries?: number | undefined;
      /** Fewest digits of a PIN. */
      readonly pinMinLength?: number | undefined;
      /** Refuse PINs of repeated or sequential digits or of digits of the own phone. */
      readonly pinWeakRefused?: boolean | undefined;
      /** Age at which a PIN must be changed; 0: none. */
      readonly pinMaxAgeDays?: number | undefined;
      /** Earlier PINs that may not come again. */
      readonly pinHistory?: number | undefined;
      /** Let people change their PIN in the app. */
      readonly userCanChangePin?: boolean | undefined;
      /** Denials with a wrong PIN that lock an account; 0: none do. */
      readonly lockoutDenials?: number | undefined;
      /** After how long such a denial no longer counts. */
      readonly lockoutResetMinutes?: number | undefined;
      /** How long an account stays locked. */
      readonly lockoutMinutes?: number | undefined;
      /** Life of a one-time bypass where none is given. */
      readonly bypassSeconds?: number | undefined;
      /** Text message whose code is typed into the login. */
      readonly smsText?: string | undefined;
      /** The same where the PIN is typed behind the code. */
      readonly smsTextPin?: string | undefined;
      /** Text message that is answered with its code. */
      readonly smsReplyText?: string | undefined;
      /** The same where the PIN follows the code. */
      readonly smsReplyTextPin?: string | undefined;
      /** Prompt for a code of an OATH token. */
      readonly oathPrompt?: string | undefined;
      /** Title of a push. */
      readonly appTitle?: string | undefined;
      /** How new users are verified where nobody says otherwise; so with the ten below. */
      readonly newUserMethod?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      /** Pushes to new users: approve, or approve with the PIN. */
      readonly newUserAppMode?: 'standard' | 'pin' | undefined;
      /** Calls to new users: # alone, or the PIN. */
      readonly newUserCallMode?: 'standard' | 'pin' | undefined;
      /** Text messages to new users: the code is typed into the login, or sent back. */
      readonly newUserSmsDirection?: 'oneWay' | 'twoWay' | undefined;
      /** Text messages to new users: the code alone, or code and PIN. */
      readonly newUserSmsMode?: 'standard' | 'pin' | undefined;
      /** Codes of new users: alone, or code and PIN. */
      readonly newUserOathMode?: 'standard' | 'pin' | undefined;
      /** Language of calls (BCP 47 tag). */
      readonly newUserCallLanguage?: string | undefined;
      /** Language of text messages (BCP 47 tag). */
      readonly newUserSmsLanguage?: string | undefined;
      /** Language of pushes (BCP 47 tag). */
      readonly newUserAppLanguage?: string | undefined;
      /** Language of prompts for codes (BCP 47 tag). */
      readonly newUserOathLanguage?: string | undefined;
      /** New users may authenticate at once. */
      readonly newUserEnabled?: boolean | undefined;
      /** Country code of phone numbers that come without one. */
      readonly defaultCountryCode?: string | undefined;
      /** Mail addresses that are told of fraud and lockouts, separated by commas. */
      readonly notificationAddresses?: string | undefined;
      /** Send mails to users. */
      readonly sendMailToUsers?: boolean | undefined;
      /** Text people at the number that they had what was changed about how they sign in, where a provider texts. */
      readonly sendTextsToUsers?: boolean | undefined;
      /** Language (BCP 47) of mails to people without one of their own. */
      readonly mailLanguage?: string | undefined;
      /** Public address of the user portal, for mails. */
      readonly portalUrl?: string | undefined;
      /** Name that mails are signed with; the account name where empty. */
      readonly companyName?: string | undefined;
      /** Let mails tell an initial PIN that must be changed at the first verification. */
      readonly initialPinInMail?: boolean | undefined;
      /** How long the details of logins are kept. */
      readonly retentionLoginDays?: number | undefined;
      /** How long mails and deliveries to webhooks are kept. */
      readonly retentionMessageDays?: number | undefined;
      /** How long requests for approval and decisions are kept; 2557 is seven years. */
      readonly retentionApprovalDays?: number | undefined;
      /** How long changes of people and settings are kept; 2557 is seven years. */
      readonly retentionAdministrationDays?: number | undefined;
      /** Name of a legal case; while it stands here, nothing expires of anybody. */
      readonly legalCase?: string | undefined;
      /** Codes evaluated for one user in five minutes, over all doors. */
      readonly guessesPerFiveMinutes?: number | undefined;
    };
    readonly reply: undefined;
  };

  /** Change some fields of a user */
  readonly changeUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly firstName?: string | undefined;
      readonly lastName?: string | undefined;
      readonly email?: string | undefined;
      readonly group?: string | undefined;
      readonly description?: string | undefined;
      readonly uniqueIdentifier?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly phone?: string | undefined;
      readonly backupPhone?: string | undefined;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      readonly appMode?: 'standard' | 'pin' | undefined;
      readonly callMode?: 'standard' | 'pin' | undefined;
      readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
      readonly smsMode?: 'standard' | 'pin' | undefined;
      readonly oathMode?: 'standard' | 'pin' | undefined;
      readonly callLanguage?: string | undefined;
      readonly smsLanguage?: string | undefined;
      readonly appLanguage?: string | undefined;
      readonly oathLanguage?: string | undefined;
      /** Fields that no sync overwrites from now on. */
      readonly overrides?:
        | readonly (
            | 'firstName'
            | 'lastName'
            | 'email'
            | 'group'
            | 'description'
            | 'uniqueIdentifier'
            | 'phone'
            | 'backupPhone'
            | 'enabled'
            | 'method'
            | 'appMode'
            | 'callMode'
            | 'smsDirection'
            | 'smsMode'
            | 'oathMode'
            | 'callLanguage'
            | 'smsLanguage'
            | 'appLanguage'
            | 'oathLanguage'
          )[]
        | undefined;
      /** Fields that the directory governs again. */
      readonly clearOverrides?:
        | readonly (
            | 'firstName'
            | 'lastName'
            | 'email'
            | 'group'
            | 'description'
            | 'uniqueIdentifier'
            | 'phone'
            | 'backupPhone'
            | 'enabled'
            | 'method'
            | 'appMode'
            | 'callMode'
            | 'smsDirection'
            | 'smsMode'
            | 'oathMode'
            | 'callLanguage'
            | 'smsLanguage'
            | 'appLanguage'
            | 'oathLanguage'
          )[]
        | undefined;
    };
    readonly reply: undefined;
  };

  /** Earlier approvals of a user let nobody in any more */
  readonly clearCache: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** End a grant before its time */
  readonly closeGrant: Part9;

  /** Make a code that activates one authenticator app */
  readonly createActivation: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly activationId: string;
      readonly code: string;
      readonly url: string;
      readonly link: string;
      /** The link as a picture: an SVG data URL. */
      readonly qr: string;
      /** ISO 8601, UTC. */
      readonly expiresAt: string;
    };
  };

  /** Ask people for an approval; the same reference is the same request */
  readonly createApproval: {
    readonly body: {
      /** User principal name. */
      readonly requestor: string;
      /** User principal name. */
      readonly beneficiary?: string | undefined;
      readonly subject: {
        readonly kind: string;
        readonly id: string;
        readonly name: string;
      };
      readonly title: string;
      readonly details?:
        | readonly {
            readonly label: string;
            readonly value: string;
          }[]
        | undefined;
      readonly link?: string | undefined;
      readonly justification?: string | undefined;
      readonly requestedTime?: string | undefined;
      readonly requestedTtlSeconds?: number | undefined;
      /** Chosen by whoever makes the item, or made by the server. */
      readonly policyId: string;
      readonly reference?: string | undefined;
      /** Id of a webhook that is told of the end, of activation and deactivation. */
      readonly callback?: string | undefined;
    };
    readonly reply: {
      readonly approvalId: string;
      readonly state:
        | 'created'
        | 'verifying-requestor'
        | 'pending'
        | 'approved'
        | 'scheduled'
        | 'active'
        | 'closing'
        | 'rejected'
        | 'expired'
        | 'cancelled'
        | 'closed'
        | 'failed';
      /** The state as MIM’s PAM service names it. */
      readonly pamState: string;
      readonly pollAfter?: number;
    };
  };

  /** Verify a user: 200 once decided, 202 while the user is being asked */
  readonly createAuthentication: {
    readonly body: {
      /** User principal name. */
      readonly user: string;
      readonly application: string;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      readonly requireUserMatch?: boolean | undefined;
      readonly clientIp?: string | undefined;
      /** Seconds that a push stays answerable. */
      readonly expiresIn?: number | undefined;
      readonly reference?: string | undefined;
      /** False where the caller cannot show a number; by policy where absent. */
      readonly numberMatch?: boolean | undefined;
      /** Requests with the same key are one login: one prompt, one answer to all. */
      readonly loginKey?: string | undefined;
      /** What the person is shown beside the application. */
      readonly context?:
        | {
            readonly title?: string | undefined;
            readonly details?: Readonly<Record<string, string>> | undefined;
            readonly location?: string | undefined;
          }
        | undefined;
      /** A typed code; anything that is no right code is answered as wrong. */
      readonly code?: string | undefined;
      /** Seconds to wait for the end. */
      readonly wait?: number | undefined;
    };
    readonly reply: TestUserReply;
  };

  /** Let the next login of a user in without a second factor; an older bypass ends */
  readonly createBypass: {
    readonly body: {
      /** User principal name. */
      readonly user: string;
      readonly reason: string;
      /** How long the bypass waits for its login; the company setting where absent. */
      readonly seconds?: number | undefined;
    };
    readonly reply: {
      readonly bypassId: string;
      /** ISO 8601, UTC. */
      readonly until: string;
    };
  };

  /** Keep a user from authenticating */
  readonly disableUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Remove a past state; the log stays */
  readonly dropState: {
    readonly path: {
      readonly stateId: string;
    };
    readonly reply: undefined;
  };

  /** Make the same change on many users, each wholly or not at all */
  readonly editUsers: {
    readonly body: {
      readonly usernames?: readonly string[] | undefined;
      readonly filter?:
        | {
            readonly text?: string | undefined;
            readonly enabled?: boolean | undefined;
            readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
            /** Of the method that each user has. */
            readonly mode?: 'standard' | 'pin' | undefined;
            readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
            readonly group?: string | undefined;
            readonly source?: 'manual' | 'import' | 'sync' | undefined;
            readonly blocked?: boolean | undefined;
            readonly unregistered?: boolean | undefined;
          }
        | undefined;
      readonly changes: {
        readonly firstName?: string | undefined;
        readonly lastName?: string | undefined;
        readonly email?: string | undefined;
        readonly group?: string | undefined;
        readonly description?: string | undefined;
        readonly uniqueIdentifier?: string | undefined;
        readonly enabled?: boolean | undefined;
        readonly phone?: string | undefined;
        readonly backupPhone?: string | undefined;
        readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
        readonly appMode?: 'standard' | 'pin' | undefined;
        readonly callMode?: 'standard' | 'pin' | undefined;
        readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
        readonly smsMode?: 'standard' | 'pin' | undefined;
        readonly oathMode?: 'standard' | 'pin' | undefined;
        readonly callLanguage?: string | undefined;
        readonly smsLanguage?: string | undefined;
        readonly appLanguage?: string | undefined;
        readonly oathLanguage?: string | undefined;
      };
      readonly dryRun?: boolean | undefined;
    };
    readonly reply: {
      readonly importId: string;
    };
  };

  /** Let a user authenticate */
  readonly enableUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** End a delegation before its time */
  readonly endDelegation: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
      readonly delegationId: string;
    };
    readonly reply: undefined;
  };

  /** Let the records of a person be erased again */
  readonly endLegalHold: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** Remove a person and make everything personal on record unreadable for good */
  readonly erasePerson: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
      readonly reason: string;
    };
    readonly reply: {
      readonly userIds: readonly string[];
    };
  };

  /** The story of one request, with the workflow run behind it */
  readonly explainRequest: {
    readonly path: {
      readonly requestId: string;
    };
    readonly reply: {
      readonly requestId: string;
      readonly workflowId: string;
      readonly runs: readonly {
        readonly runId: string;
        readonly status: string;
        /** ISO 8601, UTC. */
        readonly startedAt: string;
      }[];
      readonly events: readonly {
        readonly position: number;
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly type: string;
        readonly actor: string;
        readonly subject: string;
        readonly channel: string;
        readonly address: string;
        readonly requestId: string;
        readonly summary: string;
        readonly data: Readonly<Record<string, unknown>>;
      }[];
      /** As it stood then: settings that were not the default, and rules. */
      readonly rules?: {
        readonly settings: Readonly<Record<string, string | number | boolean>>;
        readonly items: readonly {
          readonly kind: string;
          readonly itemId: string;
          readonly item: Readonly<Record<string, unknown>>;
        }[];
      };
    };
  };

  /** Everything on record about a person, also a removed one */
  readonly exportPerson: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly format: 'countersign-personal-data-1';
      /** ISO 8601, UTC. */
      readonly exportedAt: string;
      readonly people: readonly Readonly<Record<string, unknown>>[];
    };
  };

  /** All users as a CSV file; whole phone numbers take the scope privacy */
  readonly exportUsers: {
    readonly query: {
      readonly text?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      /** Of the method that each user has. */
      readonly mode?: 'standard' | 'pin' | undefined;
      readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
      readonly group?: string | undefined;
      readonly source?: 'manual' | 'import' | 'sync' | undefined;
      readonly blocked?: boolean | undefined;
      /** Without phone, device and token. */
      readonly unregistered?: boolean | undefined;
      readonly unmasked?: boolean | undefined;
    };
    readonly reply: string;
  };

  /** Put on record what an export has written */
  readonly finishExport: {
    readonly path: {
      readonly exportId: string;
    };
    readonly body: {
      readonly events: number;
      readonly files: readonly {
        readonly name: string;
        readonly sha256: string;
        readonly events: number;
      }[];
    };
    readonly reply: undefined;
  };

  /** Each state of an authentication until its end, as server-sent events; Last-Event-ID goes on from there */
  readonly followAuthentication: {
    readonly path: {
      readonly id: string;
    };
    readonly reply: GetAuthenticationReply;
  };

  /** Events as they are recorded, as server-sent events; id is the position, Last-Event-ID goes on from there */
  readonly followEvents: {
    readonly query: {
      /** With commas: authentication.approved,user.*; * at the end stands for anything. Names as stored are fine too. */
      readonly types?: string | undefined;
      readonly stream?: string | undefined;
      /** User principal name. */
      readonly user?: string | undefined;
      readonly requestId?: string | undefined;
      readonly correlationId?: string | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      /** Where to begin; the header Last-Event-ID goes before it. */
      readonly after?: number | undefined;
    };
    readonly reply: GetEventReply;
  };

  /** End any request, as an administrator */
  readonly forceCancelApproval: Part9;

  /** One client of this interface */
  readonly getApiClient: {
    readonly path: {
      readonly clientId: string;
    };
    readonly reply: GetApiClientReply;
  };

  /** How a request stands; with wait, as soon as that changes */
  readonly getApproval: {
    readonly path: {
      readonly id: string;
    };
    readonly query: {
      readonly wait?: number | undefined;
      /** Revision that the caller has seen; that of now where absent. */
      readonly since?: number | undefined;
    };
    readonly reply: GetApprovalReply;
  };

  /** Read one approvalPolicy */
  readonly getApprovalPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetApprovalPolicyReply;
  };

  /** How an authentication stands; with wait, as soon as that changes */
  readonly getAuthentication: {
    readonly path: {
      readonly id: string;
    };
    readonly query: {
      readonly wait?: number | undefined;
    };
    readonly reply: GetAuthenticationReply;
  };

  /** Read one cacheRule */
  readonly getCacheRule: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetCacheRuleReply;
  };

  /** How one delivery stands */
  readonly getDelivery: {
    readonly path: {
      readonly id: string;
    };
    readonly reply: GetDeliveryReply;
  };

  /** One event */
  readonly getEvent: {
    readonly path: {
      readonly position: number;
    };
    readonly reply: GetEventReply;
  };

  /** Read one exportTarget */
  readonly getExportTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetExportTargetReply;
  };

  /** How far an import is; with wait, as soon as more than `since` rows are done */
  readonly getImport: {
    readonly path: {
      readonly id: string;
    };
    readonly query: {
      readonly wait?: number | undefined;
      readonly since?: number | undefined;
    };
    readonly reply: {
      readonly importId: string;
      readonly kind: 'users' | 'edit' | 'tokens';
      readonly state: 'running' | 'finished';
      readonly mode: 'add' | 'update' | 'both';
      readonly dryRun: boolean;
      readonly rows: number;
      readonly done: number;
      readonly added: number;
      readonly updated: number;
      readonly skipped: number;
      readonly failed: number;
      /** Applied, but not wholly. */
      readonly warned: number;
      readonly warnings: readonly string[];
      /** ISO 8601, UTC. */
      readonly startedAt: string;
      /** ISO 8601, UTC. */
      readonly finishedAt?: string;
    };
  };

  /** Read one loginPolicy */
  readonly getLoginPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetLoginPolicyReply;
  };

  /** One mail */
  readonly getMail: {
    readonly path: {
      readonly mailId: string;
    };
    readonly reply: GetMailReply;
  };

  /** Read one mailTemplate */
  readonly getMailTemplate: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetMailTemplateReply;
  };

  /** GetCallStatus: how a call stands */
  readonly getMimCall: {
    readonly path: {
      readonly callId: string;
    };
    readonly reply: {
      readonly callId: string;
      readonly status: 'pending' | 'success' | 'failed';
      /** Of the authentication that stands for the call. */
      readonly requestId: string;
    };
  };

  /** GetFailureMessage: why a call failed; empty where it did not */
  readonly getMimCallFailure: {
    readonly path: {
      readonly callId: string;
    };
    readonly reply: {
      readonly callId: string;
      readonly text: string;
    };
  };

  /** Read one radiusClient */
  readonly getRadiusClient: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetRadiusClientReply;
  };

  /** Read one radiusTarget */
  readonly getRadiusTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetRadiusTargetReply;
  };

  /** The packets that were kept */
  readonly getRadiusTrace: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: {
      readonly items: readonly {
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly direction: 'in' | 'out';
        readonly peer: string;
        readonly code: number;
        readonly identifier: number;
        readonly attributes: readonly string[];
      }[];
    };
  };

  /** Read one sdkCaller */
  readonly getSdkCaller: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetSdkCallerReply;
  };

  /** All company settings */
  readonly getSettings: {
    readonly reply: Readonly<Record<string, string | number | boolean>>;
  };

  /** Read one smtpServer */
  readonly getSmtpServer: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: {
      readonly itemId: string;
      readonly version: string;
      /** ISO 8601, UTC. */
      readonly changedAt: string;
      readonly item: {
        readonly host: string;
        readonly port: number;
        readonly security: 'tls' | 'starttls' | 'none';
        readonly user?: string;
        readonly passwordSet?: true;
        readonly sender: string;
      };
    };
  };

  /** What a user may fall back on: how many codes, a pass, which questions */
  readonly getSpareCodes: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly recoveryCodesLeft: number;
      readonly pass?: {
        /** ISO 8601, UTC. */
        readonly until: string;
        readonly once: boolean;
      };
      readonly questions: readonly string[];
    };
  };

  /** Read one telephonyProvider */
  readonly getTelephonyProvider: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetTelephonyProviderReply;
  };

  /** Read one trustedIps */
  readonly getTrustedIps: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetTrustedIpsReply;
  };

  /** One user, by any accepted spelling of the name */
  readonly getUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: GetUserReply;
  };

  /** Read one voiceMessage */
  readonly getVoiceMessage: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetVoiceMessageReply;
  };

  /** Settings that let somebody in where something is missing */
  readonly getWarnings: {
    readonly reply: {
      readonly items: readonly {
        readonly setting: string;
        readonly value: string;
        /** Who gets in by it. */
        readonly lets: string;
        /** The value that ends it. */
        readonly closedBy: string;
        /** Who set it. */
        readonly by: string;
        /** ISO 8601, UTC. */
        readonly at: string;
      }[];
    };
  };

  /** Read one webhook */
  readonly getWebhook: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: GetWebhookReply;
  };

  /** The lines that an import could not take, with the reason; kept for a week */
  readonly importErrors: {
    readonly path: {
      readonly id: string;
    };
    readonly reply: string;
  };

  /** Import hardware tokens from CSV or PSKC, or as JSON { password, pskc } from an encrypted PSKC; progress is at Location */
  readonly importTokens: {
    readonly body: Upload<'text/csv'> | Upload<'application/pskc+xml'> | Upload<'application/json'>;
    readonly reply: {
      readonly importId: string;
    };
  };

  /** Import users from a CSV file; progress is at Location */
  readonly importUsers: {
    readonly query: {
      readonly mode?: 'add' | 'update' | 'both' | undefined;
      readonly dryRun?: boolean | undefined;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      readonly appMode?: 'standard' | 'pin' | undefined;
      readonly callMode?: 'standard' | 'pin' | undefined;
      readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
      readonly smsMode?: 'standard' | 'pin' | undefined;
      readonly oathMode?: 'standard' | 'pin' | undefined;
      readonly callLanguage?: string | undefined;
      readonly smsLanguage?: string | undefined;
      readonly appLanguage?: string | undefined;
      readonly oathLanguage?: string | undefined;
      readonly group?: string | undefined;
    };
    readonly body: Upload<'text/csv'>;
    readonly reply: {
      readonly importId: string;
    };
  };

  /** InitiateCall: ask whoever has a phone number, once for each id */
  readonly initiateMimCall: {
    readonly body: {
      /** MIM’s request id; names the call from now on. */
      readonly callId: string;
      readonly phone: string;
      readonly application?: string | undefined;
    };
    readonly reply: {
      readonly callId: string;
      readonly status: 'pending' | 'success' | 'failed';
      /** Of the authentication that stands for the call. */
      readonly requestId: string;
    };
  };

  /** Make a temporary access pass; its code is in this answer only */
  readonly issueAccessPass: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      /** 60 where absent. */
      readonly minutes?: number | undefined;
      /** Ends with its first use; true where absent. */
      readonly once?: boolean | undefined;
      readonly reason: string;
    };
    readonly reply: {
      readonly passId: string;
      readonly code: string;
      /** ISO 8601, UTC. */
      readonly until: string;
    };
  };

  /** Make ten recovery codes; they are in this answer only, and older ones end */
  readonly issueRecoveryCodes: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly codes: readonly string[];
    };
  };

  /** All clients of this interface */
  readonly listApiClients: {
    readonly reply: {
      readonly items: readonly GetApiClientReply[];
    };
  };

  /** Policies with their times, windows and flags */
  readonly listApprovalPolicies: {
    readonly reply: {
      readonly items: readonly {
        readonly policyId: string;
        readonly policy: Part3;
      }[];
    };
  };

  /** List approvalPolicy: who approves what, and how */
  readonly listApprovalPolicy: {
    readonly reply: {
      readonly items: readonly GetApprovalPolicyReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Requests, newest first */
  readonly listApprovals: {
    readonly query: {
      readonly state?:
        | 'created'
        | 'verifying-requestor'
        | 'pending'
        | 'approved'
        | 'scheduled'
        | 'active'
        | 'closing'
        | 'rejected'
        | 'expired'
        | 'cancelled'
        | 'closed'
        | 'failed'
        | undefined;
      /** User principal name. */
      readonly requestor?: string | undefined;
      /** Chosen by whoever makes the item, or made by the server. */
      readonly policyId?: string | undefined;
      readonly subjectId?: string | undefined;
      readonly reference?: string | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetApprovalReply[];
      readonly nextCursor?: string;
    };
  };

  /** The audit log, newest first */
  readonly listAudit: {
    readonly query: {
      /** User principal name. */
      readonly username?: string | undefined;
      readonly requestId?: string | undefined;
      readonly type?: string | undefined;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly position: number;
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly type: string;
        readonly actor: string;
        readonly subject: string;
        readonly channel: string;
        readonly address: string;
        readonly requestId: string;
        readonly summary: string;
      }[];
      readonly nextCursor?: string;
    };
  };

  /** Open and past authentications, newest first */
  readonly listAuthentications: {
    readonly query: {
      /** User principal name. */
      readonly user?: string | undefined;
      readonly state?:
        | 'challenging'
        | 'awaiting-user'
        | 'awaiting-code'
        | 'awaiting-approval'
        | 'joined'
        | 'approved'
        | 'skipped'
        | 'denied'
        | 'expired'
        | 'failed'
        | 'cancelled'
        | undefined;
      readonly application?: string | undefined;
      readonly code?:
        | 'APPROVED'
        | 'CACHED'
        | 'BYPASSED'
        | 'NOT_ENROLLED'
        | 'TRUSTED_IP'
        | 'USER_DISABLED_OK'
        | 'UNREACHABLE_OK'
        | 'PRIMARY_FAILED'
        | 'USER_DENIED'
        | 'FRAUD_REPORTED'
        | 'WRONG_PIN'
        | 'WRONG_CODE'
        | 'CODE_RETRY_LIMIT'
        | 'CODE_REUSED'
        | 'CODE_EXPIRED'
        | 'NO_ANSWER'
        | 'BUSY'
        | 'VOICEMAIL'
        | 'HUNG_UP'
        | 'UNREACHABLE'
        | 'NO_RESPONSE'
        | 'APPROVAL_REJECTED'
        | 'APPROVAL_EXPIRED'
        | 'INVALID_PHONE'
        | 'NO_METHOD'
        | 'METHOD_DISABLED'
        | 'NO_DEVICE'
        | 'PUSH_FAILED'
        | 'USER_NOT_FOUND'
        | 'USER_DISABLED'
        | 'USER_BLOCKED'
        | 'USER_LOCKED'
        | 'THROTTLED'
        | 'PROVIDER_ERROR'
        | 'DIRECTORY_ERROR'
        | 'INTERNAL'
        | 'CALLER_DENIED'
        | 'BAD_REQUEST'
        | 'LOOP'
        | 'TICKET_INVALID'
        | 'SUPERSEDED'
        | 'CALLER_GONE'
        | undefined;
      readonly channel?:
        | 'sdk'
        | 'rest'
        | 'radius'
        | 'ldap'
        | 'gate'
        | 'portal'
        | 'adfs'
        | 'cli'
        | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetAuthenticationReply[];
      readonly nextCursor?: string;
    };
  };

  /** Blocks, newest first */
  readonly listBlocks: {
    readonly query: {
      readonly open?: boolean | undefined;
      /** User principal name. */
      readonly username?: string | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly blockId: string;
        readonly userId: string;
        readonly username: string;
        readonly reason: string;
        readonly flag: 'none' | 'fraud' | 'lockout';
        /** ISO 8601, UTC. */
        readonly at: string;
        /** ISO 8601, UTC. */
        readonly until: string;
        /** ISO 8601, UTC. */
        readonly endedAt?: string;
        readonly endReason?: string;
      }[];
      readonly nextCursor?: string;
    };
  };

  /** Bypasses, newest first, with what became of them */
  readonly listBypasses: {
    readonly query: {
      readonly open?: boolean | undefined;
      /** User principal name. */
      readonly username?: string | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly bypassId: string;
        readonly userId: string;
        readonly username: string;
        readonly reason: string;
        readonly seconds: number;
        /** ISO 8601, UTC. */
        readonly createdAt: string;
        /** ISO 8601, UTC. */
        readonly until: string;
        /** ISO 8601, UTC. */
        readonly endedAt?: string;
        readonly ended?: 'used' | 'expired' | 'replaced' | 'revoked';
        /** The authentication that used it. */
        readonly requestId?: string;
      }[];
      readonly nextCursor?: string;
    };
  };

  /** List cacheRule: for how long an approval lets the next logins in */
  readonly listCacheRule: {
    readonly reply: {
      readonly items: readonly GetCacheRuleReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Delegations that are not over, by a person and to them */
  readonly listDelegations: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: {
      readonly items: readonly {
        readonly delegationId: string;
        readonly by: string;
        readonly to: string;
        /** ISO 8601, UTC. */
        readonly from: string;
        /** ISO 8601, UTC. */
        readonly until: string;
      }[];
    };
  };

  /** Deliveries of a webhook, newest first, and how many wait or were given up */
  readonly listDeliveries: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly query: {
      readonly state?: 'open' | 'acknowledged' | 'parked' | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetDeliveryReply[];
      readonly nextCursor?: string;
      readonly backlog: {
        readonly open: number;
        readonly parked: number;
        /** ISO 8601, UTC. */
        readonly oldestQueuedAt?: string;
      };
    };
  };

  /** What differs between this state and another one, or now */
  readonly listDifferences: {
    readonly path: {
      readonly stateId: string;
    };
    readonly query: {
      /** Another state; now where absent. */
      readonly to?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        /** user, block, bypass, setting … or a kind of item. */
        readonly kind: string;
        readonly id: string;
        readonly name: string;
        readonly change: 'added' | 'removed' | 'changed';
        readonly fields: readonly {
          readonly field: string;
          readonly before?: string;
          readonly after?: string;
        }[];
      }[];
    };
  };

  /** Events as lines of a file of the given format, oldest first */
  readonly listEventLines: {
    readonly query: {
      readonly format: 'ndjson' | 'csv' | 'ocsf' | 'cef';
      /** With commas: authentication.approved,user.*; * at the end stands for anything. Names as stored are fine too. */
      readonly types?: string | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      readonly after?: number | undefined;
      readonly upTo?: number | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      /** What stands at the top of each file. */
      readonly header: string;
      readonly items: readonly {
        readonly position: number;
        /** With its line break. */
        readonly line: string;
      }[];
      readonly nextCursor?: string;
    };
  };

  /** Every type of event that the log can hold, with the schema of its data */
  readonly listEventTypes: {
    readonly reply: {
      readonly items: readonly {
        /** Dotted, as in authentication.approved. */
        readonly type: string;
        readonly storedType: string;
        /** The one that is written now. */
        readonly version: number;
        /** JSON Schema of its data as they are stored. */
        readonly schema: Readonly<Record<string, unknown>>;
      }[];
    };
  };

  /** The log, oldest first; as server-sent events where text/event-stream is accepted */
  readonly listEvents: {
    readonly query: {
      /** With commas: authentication.approved,user.*; * at the end stands for anything. Names as stored are fine too. */
      readonly types?: string | undefined;
      readonly stream?: string | undefined;
      /** User principal name. */
      readonly user?: string | undefined;
      readonly requestId?: string | undefined;
      readonly correlationId?: string | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
      /** Only events behind this position. */
      readonly after?: number | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetEventReply[];
      readonly nextCursor?: string;
      /** Position of the newest event of the log. */
      readonly newest: number;
    };
  };

  /** List exportTarget: other systems that get the log as it is recorded */
  readonly listExportTarget: {
    readonly reply: {
      readonly items: readonly GetExportTargetReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** How far other systems have the log, and since when the oldest event waits */
  readonly listExportTargets: {
    readonly reply: {
      readonly items: readonly {
        readonly targetId: string;
        readonly state: 'idle' | 'sending' | 'down' | 'off';
        /** The newest event that the target has for sure. */
        readonly position: number;
        /** Events of the log behind it, of all types. */
        readonly unsent: number;
        /** ISO 8601, UTC. */
        readonly oldestUnsentAt?: string;
        readonly lastFault?: string;
      }[];
    };
  };

  /** List loginPolicy: what a login of one application needs */
  readonly listLoginPolicy: {
    readonly reply: {
      readonly items: readonly GetLoginPolicyReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** List mailTemplate: texts of mails */
  readonly listMailTemplate: {
    readonly reply: {
      readonly items: readonly GetMailTemplateReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Mails that wait, were sent, failed, or were due and not sent; newest first */
  readonly listMails: {
    readonly query: {
      readonly state?: 'queued' | 'sent' | 'failed' | 'skipped' | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetMailReply[];
      readonly nextCursor?: string;
    };
  };

  /** List radiusClient: programs that ask by RADIUS */
  readonly listRadiusClient: {
    readonly reply: {
      readonly items: readonly GetRadiusClientReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** List radiusTarget: who checks passwords for RADIUS: servers, directories, domains */
  readonly listRadiusTarget: {
    readonly reply: {
      readonly items: readonly GetRadiusTargetReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** List sdkCaller: how a service account may call the Web Service SDK */
  readonly listSdkCaller: {
    readonly reply: {
      readonly items: readonly GetSdkCallerReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** All service accounts */
  readonly listServiceAccounts: {
    readonly reply: {
      readonly items: readonly {
        readonly accountId: string;
        readonly name: string;
        readonly groups: readonly string[];
      }[];
    };
  };

  /** List smtpServer: the mail server that mails leave through */
  readonly listSmtpServer: {
    readonly reply: {
      readonly items: readonly {
        readonly itemId: string;
        readonly version: string;
        /** ISO 8601, UTC. */
        readonly changedAt: string;
        readonly item: {
          readonly host: string;
          readonly port: number;
          readonly security: 'tls' | 'starttls' | 'none';
          readonly user?: string;
          readonly passwordSet?: true;
          readonly sender: string;
        };
      }[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Past states that can be read at present */
  readonly listStates: {
    readonly reply: {
      readonly items: readonly {
        readonly stateId: string;
        /** The newest event that it shows. */
        readonly position: number;
        /** ISO 8601, UTC. */
        readonly asOf: string;
        /** Unless it is read meanwhile. */
        readonly expiresAt: string;
      }[];
    };
  };

  /** List telephonyProvider: who calls and texts people for us */
  readonly listTelephonyProvider: {
    readonly reply: {
      readonly items: readonly GetTelephonyProviderReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** List hardware tokens and who has them */
  readonly listTokens: {
    readonly query: {
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
      /** Part of the serial number. */
      readonly text?: string | undefined;
      readonly state?: 'imported' | 'assigned' | 'active' | 'disabled' | 'lost' | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly tokenId: string;
        readonly serial: string;
        readonly kind: 'totp' | 'hotp';
        readonly digits: number;
        readonly periodSeconds: number;
        readonly manufacturer: string;
        readonly model: string;
        /** The secret has less than 128 bits. */
        readonly weak: boolean;
        readonly state: 'imported' | 'assigned' | 'active' | 'disabled' | 'lost';
        readonly username?: string;
        /** ISO 8601, UTC. */
        readonly importedAt: string;
      }[];
      readonly nextCursor?: string;
    };
  };

  /** List trustedIps: addresses from which nobody is asked */
  readonly listTrustedIps: {
    readonly reply: {
      readonly items: readonly GetTrustedIpsReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Users, by name */
  readonly listUsers: {
    readonly query: {
      readonly text?: string | undefined;
      readonly enabled?: boolean | undefined;
      readonly method?: 'app' | 'oath' | 'sms' | 'call' | undefined;
      /** Of the method that each user has. */
      readonly mode?: 'standard' | 'pin' | undefined;
      readonly smsDirection?: 'oneWay' | 'twoWay' | undefined;
      readonly group?: string | undefined;
      readonly source?: 'manual' | 'import' | 'sync' | undefined;
      readonly blocked?: boolean | undefined;
      /** Without phone, device and token. */
      readonly unregistered?: boolean | undefined;
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly GetUserReply[];
      readonly nextCursor?: string;
    };
  };

  /** List voiceMessage: recordings in place of built-in texts */
  readonly listVoiceMessage: {
    readonly reply: {
      readonly items: readonly GetVoiceMessageReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** List webhook: where events are posted to */
  readonly listWebhook: {
    readonly reply: {
      readonly items: readonly GetWebhookReply[];
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Whether this process answers */
  readonly live: {
    readonly reply: {
      readonly status: string;
    };
  };

  /** Report a hardware token lost; nobody uses it again */
  readonly loseToken: {
    readonly path: {
      readonly serial: string;
    };
    readonly body: {
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** Make everything anew as it was at an instant or a position; answers progress lines and then the state */
  readonly makeState: {
    readonly body: {
      readonly until?: string | undefined;
      readonly at?: number | undefined;
    };
    readonly reply:
      | {
          readonly state: {
            readonly stateId: string;
            /** The newest event that it shows. */
            readonly position: number;
            /** ISO 8601, UTC. */
            readonly asOf: string;
            /** Unless it is read meanwhile. */
            readonly expiresAt: string;
          };
        }
      | {
          readonly done: number;
          readonly total: number;
        };
  };

  /** Figures of this process for Prometheus */
  readonly metrics: {
    readonly reply: string;
  };

  /** Proof that an event is in the log, under the newest checkpoint */
  readonly proveEvent: {
    readonly path: {
      readonly eventId: string;
    };
    readonly reply: {
      readonly position: number;
      readonly type: string;
      readonly size: number;
      /** The event and its proof, of the form C2SP tlog-proof. */
      readonly proof: string;
    };
  };

  /** What each RADIUS client was seen doing since this process started */
  readonly radiusStatus: {
    readonly reply: {
      readonly clients: readonly {
        readonly clientId: string;
        /** ISO 8601, UTC. */
        readonly lastPacketAt?: string;
        readonly protocols: readonly string[];
        /** Whether its last access request carried a Message-Authenticator. */
        readonly proven?: boolean;
        /** Its shared secret has fewer than 24 characters: who sees packets may guess it. */
        readonly shortSecret?: true;
        /** Requests that are worked on now. */
        readonly open: number;
        /** Connections over TLS. */
        readonly connections: number;
        readonly counters: {
          readonly accept: number;
          readonly reject: number;
          readonly challenge: number;
          readonly drop: number;
          readonly duplicate: number;
          readonly accounting: number;
        };
      }[];
      /** Packets that nobody was answered to, by reason. */
      readonly dropped: Readonly<Record<string, number>>;
    };
  };

  /** Whether calls would be decided */
  readonly ready: {
    readonly reply: {
      readonly status: string;
    };
  };

  /** Make all views anew from the log; answers progress lines and then the report */
  readonly rebuildViews: {
    readonly reply:
      | {
          readonly report: {
            readonly position: number;
            readonly events: number;
            readonly tables: readonly {
              readonly name: string;
              readonly rows: number;
              readonly equal: boolean;
            }[];
          };
        }
      | {
          readonly done: number;
          readonly total: number;
        };
  };

  /** Try a delivery again now, also one that was given up; 409 where it would begin a grant that nobody ends */
  readonly redeliver: {
    readonly path: {
      readonly id: string;
    };
    readonly reply: {
      readonly deliveryId: string;
    };
  };

  /** Reject, for one approver, who is asked to verify */
  readonly rejectApproval: {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      /** User principal name. */
      readonly approver: string;
      /** Of what the approver was shown: `hash` of the request. */
      readonly hash: string;
      readonly comment?: string | undefined;
    };
    readonly reply: {
      /** The verification of the approver, as in /authentications/{id}. */
      readonly requestId?: string;
      /** Shown to the approver, who types it into the app. */
      readonly displayNumber?: string;
      readonly pollAfter?: number;
    };
  };

  /** Remove a client; its secret and its tokens stop working */
  readonly removeApiClient: {
    readonly path: {
      readonly clientId: string;
    };
    readonly reply: undefined;
  };

  /** Remove a approvalPolicy */
  readonly removeApprovalPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a cacheRule */
  readonly removeCacheRule: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a device; it answers nothing any more */
  readonly removeDevice: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
      readonly deviceId: string;
    };
    readonly reply: undefined;
  };

  /** Remove a exportTarget */
  readonly removeExportTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a loginPolicy */
  readonly removeLoginPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a mailTemplate */
  readonly removeMailTemplate: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Take the PIN of a user away; methods that want one cannot be used until there is one */
  readonly removePin: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Remove a radiusClient */
  readonly removeRadiusClient: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a radiusTarget */
  readonly removeRadiusTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a sdkCaller */
  readonly removeSdkCaller: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a service account */
  readonly removeServiceAccount: {
    readonly path: {
      readonly name: string;
    };
    readonly reply: undefined;
  };

  /** Remove a smtpServer */
  readonly removeSmtpServer: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a telephonyProvider */
  readonly removeTelephonyProvider: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Take an OATH token away; a hardware token goes back to stock */
  readonly removeToken: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
      readonly tokenId: string;
    };
    readonly reply: undefined;
  };

  /** Remove a trustedIps */
  readonly removeTrustedIps: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a user with all devices and tokens */
  readonly removeUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Remove a voiceMessage */
  readonly removeVoiceMessage: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Remove a webhook */
  readonly removeWebhook: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Make a new secret, in this answer only; the one before and its tokens end */
  readonly replaceApiClientSecret: {
    readonly path: {
      readonly clientId: string;
    };
    readonly reply: {
      readonly clientId: string;
      readonly token: string;
    };
  };

  /** Let a client in mode auto send packets without Message-Authenticator again */
  readonly resetRadiusClient: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** Take away phones, devices and software tokens: the user registers anew */
  readonly resetRegistration: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Remove the security questions */
  readonly resetSecurityQuestions: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Set a token to its clock or counter with two codes in a row */
  readonly resyncToken: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
      readonly tokenId: string;
    };
    readonly body: {
      readonly codes: readonly string[];
    };
    readonly reply: undefined;
  };

  /** What is older than it is kept, and would be removed by a run */
  readonly retentionPlan: {
    readonly reply: RetentionPlanReply;
  };

  /** How the daily removal of what is old went, and when it is next */
  readonly retentionStatus: {
    readonly reply: {
      readonly running: boolean;
      /** ISO 8601, UTC. */
      readonly nextAt: string;
      readonly last?: {
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly plan: RetentionPlanReply;
      };
      readonly lastFault?: string;
    };
  };

  /** Try a mail that failed for another day */
  readonly retryMail: {
    readonly path: {
      readonly mailId: string;
    };
    readonly reply: undefined;
  };

  /** Give the verdict on a fraud report */
  readonly reviewFraud: {
    readonly path: {
      readonly requestId: string;
    };
    readonly body: {
      readonly verdict: 'confirmed' | 'dismissed';
      readonly note?: string | undefined;
      readonly unblock?: boolean | undefined;
    };
    readonly reply: undefined;
  };

  /** End the temporary access pass */
  readonly revokeAccessPass: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** End the open bypass of a user */
  readonly revokeBypass: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: undefined;
  };

  /** Sign checkpoints with a new key from now on, which the old one vouches for */
  readonly rotateLedgerKey: {
    readonly reply: {
      readonly keyId: string;
      /** Public key of the form C2SP signed-note. */
      readonly verifier: string;
    };
  };

  /** Set a approvalPolicy under an id of your own; secrets that are left out stay */
  readonly setApprovalPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part1;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a cacheRule under an id of your own; secrets that are left out stay */
  readonly setCacheRule: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: {
      readonly type: 'user' | 'application' | 'applicationAndIp';
      readonly seconds: number;
      readonly channel?:
        | 'sdk'
        | 'rest'
        | 'radius'
        | 'ldap'
        | 'gate'
        | 'portal'
        | 'adfs'
        | 'cli'
        | undefined;
      readonly application?: string | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Let somebody else decide for an approver for a time, in their own name */
  readonly setDelegation: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      /** User principal name. */
      readonly to: string;
      readonly from: string;
      readonly until: string;
    };
    readonly reply: {
      readonly delegationId: string;
    };
  };

  /** Set a exportTarget under an id of your own; secrets that are left out stay */
  readonly setExportTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part35;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Keep the records of a person from being erased */
  readonly setLegalHold: {
    readonly body: {
      /** User principal name. */
      readonly username: string;
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** Set a loginPolicy under an id of your own; secrets that are left out stay */
  readonly setLoginPolicy: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: {
      readonly application: string;
      /** Chosen by whoever makes the item, or made by the server. */
      readonly approvalPolicy?: string | undefined;
      readonly numberMatch?: 'off' | 'allow' | 'require' | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a mailTemplate under an id of your own; secrets that are left out stay */
  readonly setMailTemplate: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part36;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set the PIN of a user; they change it at the next verification unless told otherwise */
  readonly setPin: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      /** Digits, as the PIN rules want them. */
      readonly pin: string;
      readonly changeRequired?: boolean | undefined;
    };
    readonly reply: undefined;
  };

  /** Set a radiusClient under an id of your own; secrets that are left out stay */
  readonly setRadiusClient: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part15;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a radiusTarget under an id of your own; secrets that are left out stay */
  readonly setRadiusTarget: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part6;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a sdkCaller under an id of your own; secrets that are left out stay */
  readonly setSdkCaller: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part45;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set the four security questions; answers are never given back */
  readonly setSecurityQuestions: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly questions: readonly {
        readonly question: string;
        readonly answer: string;
      }[];
    };
    readonly reply: undefined;
  };

  /** Set a smtpServer under an id of your own; secrets that are left out stay */
  readonly setSmtpServer: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: {
      readonly host: string;
      readonly port: number;
      readonly security: 'tls' | 'starttls' | 'none';
      readonly user?: string | undefined;
      /** Stays as it is where absent. */
      readonly password?: string | undefined;
      readonly passwordSet?: true | undefined;
      readonly sender: string;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a telephonyProvider under an id of your own; secrets that are left out stay */
  readonly setTelephonyProvider: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: {
      readonly type: 'twilio' | 'http';
      readonly baseUrl: string;
      readonly account: string;
      /** Stays as it is where absent. */
      readonly secret?: string | undefined;
      readonly secretSet?: true | undefined;
      readonly from: string;
      readonly order: number;
      readonly texts: boolean;
      readonly calls: boolean;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a trustedIps under an id of your own; secrets that are left out stay */
  readonly setTrustedIps: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: {
      readonly addresses: readonly string[];
      readonly channels?:
        | readonly ('sdk' | 'rest' | 'radius' | 'ldap' | 'gate' | 'portal' | 'adfs' | 'cli')[]
        | undefined;
      readonly application?: string | undefined;
      readonly note?: string | undefined;
    };
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a voiceMessage under an id of your own; secrets that are left out stay */
  readonly setVoiceMessage: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part31;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** The audio of a voice message; it plays for less than 20 s */
  readonly setVoiceMessageAudio: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Upload<'audio/wav'> | Upload<'audio/mpeg'>;
    readonly reply: {
      readonly itemId: string;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Set a webhook under an id of your own; secrets that are left out stay */
  readonly setWebhook: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly body: Part40;
    readonly reply: {
      readonly itemId: string;
      /** The ETag. */
      readonly version: string;
      /** Secrets that the server made; in this answer only. */
      readonly made: Readonly<Record<string, string>>;
      /** What is set in a way that will not work as meant. */
      readonly warnings: readonly string[];
    };
  };

  /** Sign a checkpoint over the whole log now */
  readonly signCheckpoint: {
    readonly reply: {
      /** How many events it is about, from the first on. */
      readonly size: number;
      /** Signed note of the form C2SP tlog-checkpoint. */
      readonly note: string;
    };
  };

  /** Begin an export of the log; its lines are read from /audit/lines up to upTo */
  readonly startExport: {
    readonly body: {
      readonly format: 'ndjson' | 'csv' | 'ocsf' | 'cef';
      /** With commas: authentication.approved,user.*; * at the end stands for anything. Names as stored are fine too. */
      readonly types?: string | undefined;
      readonly after?: number | undefined;
      readonly since?: string | undefined;
      readonly until?: string | undefined;
    };
    readonly reply: {
      readonly exportId: string;
      readonly upTo: number;
    };
  };

  /** Hand in the code that the user typed; a wrong one answers 200 with triesLeft */
  readonly submitCode: {
    readonly path: {
      readonly id: string;
    };
    readonly body: {
      /** A typed code; anything that is no right code is answered as wrong. */
      readonly code: string;
    };
    readonly reply: TestUserReply;
  };

  /** Send a test message in one try; how it ends is told by GET /mails/{mailId} */
  readonly testMail: {
    readonly body: {
      readonly to: string;
    };
    readonly reply: {
      readonly mailId: string;
    };
  };

  /** Verify a user as a login would, for the application "Test" */
  readonly testUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly reply: TestUserReply;
  };

  /** Have a message of type webhook.test delivered */
  readonly testWebhook: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: {
      readonly deliveryId: string;
    };
  };

  /** Keep the packets of a client for ten minutes, without what is secret in them */
  readonly traceRadiusClient: {
    readonly path: {
      /** Chosen by whoever makes the item, or made by the server. */
      readonly id: string;
    };
    readonly reply: undefined;
  };

  /** End the block of a user */
  readonly unblockUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** Give a user who has guessed too often a new budget of guesses */
  readonly unlockUser: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly body: {
      readonly reason: string;
    };
    readonly reply: undefined;
  };

  /** Who changed what on a user, newest first; of removed users too */
  readonly userHistory: {
    readonly path: {
      /** User principal name. */
      readonly username: string;
    };
    readonly query: {
      /** Rows of one page, 50 where absent. */
      readonly limit?: number | undefined;
      /** nextCursor of the page before; opaque. */
      readonly cursor?: string | undefined;
    };
    readonly reply: {
      readonly items: readonly {
        readonly position: number;
        /** ISO 8601, UTC. */
        readonly at: string;
        readonly type: string;
        readonly actor: string;
        readonly channel: string;
        readonly address: string;
        readonly summary: string;
        /** Without values where they are personal or secret. */
        readonly changes: readonly {
          readonly field: string;
          readonly before?: string;
          readonly after?: string;
        }[];
      }[];
      readonly nextCursor?: string;
    };
  };

  /** How far lists are behind the log, and how far a rebuild of them is */
  readonly viewsLag: {
    readonly reply: {
      readonly role: 'writes' | 'follows';
      readonly state: 'starting' | 'live' | 'failed' | 'stopped';
      /** What lists show. */
      readonly position: number;
      /** What is on record. */
      readonly newest: number;
      readonly behindEvents: number;
      /** Age of the oldest event that lists do not show. */
      readonly behindSeconds: number;
      /** Views that are being made anew. */
      readonly rebuild?: {
        readonly done: number;
        readonly total: number;
      };
    };
  };
};
