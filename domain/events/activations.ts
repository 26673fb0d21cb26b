/** An activation; stream activation-<keyed hash of its code>. */
export type ActivationEvents = {
  /** `routeHash` is the hash of the unguessable part of its address. */
  ActivationIssued: { userId: string; expiresAt: string; routeHash: string };
  ActivationBegun: {
    attempt: string;
    guid: string;
    tokenHash: string;
    deviceId: string;
    answerBy: string;
  };
  ActivationValidated: {
    attempt: string;
    appVersion?: string;
    osVersion?: string;
    permitHash?: string;
  };
  ActivationAttemptFailed: { attempt: string; reason: 'noAnswer' | 'refused' | 'abandoned' };
  ActivationEnded: { reason: 'used' | 'expired' | 'replaced' | 'revoked' };
};
