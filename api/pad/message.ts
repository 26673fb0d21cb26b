/**
 * What apps say to `<base>/pad` and what they are told (contracts/mobile-app.md 5.4, 7, 9). Names of the
 * fields are those of the published vectors; 64-bit numbers are decimal strings.
 */
export type PadRequest =
  | ValidateRequest
  | FetchRequest
  | ResultRequest
  | PinRequest
  | PinChangeRequest
  | TokenChangeRequest
  | TokenChangeStartRequest
  | TokenChangeCompleteRequest;

export type PadMessageName = PadRequest['message'];

/** What every request carries, whichever message is in it. */
export type PadEnvelope = {
  /** Protocol, `1.x`. */
  readonly version: string;
  /** Echoed in the answer. */
  readonly requestId: string;
  /** BCP 47. */
  readonly language: string;
};

/** Which push is answered, and by whom. */
export type PadContext = {
  /** Lower-case UUID. */
  readonly guid: string;
  /** Proof of the seed (10.3): empty, or 40 upper-case hex digits. */
  readonly oathCode: string;
  readonly deviceToken: string;
  readonly version: string;
  readonly osVersion: string;
  /** The app wants a new dosPreventer. */
  readonly needDosPreventer: boolean;
  /** Ours: what the device's key signed of this answer, base64url; other apps send none. */
  readonly signature?: string;
};

/** What an app reports about how it was answered; logged, trusted for nothing. */
export type PadCircumstances = {
  /** The app's clock, Unix seconds / 30. */
  readonly oathCounter?: string;
  readonly completedInteractively?: boolean;
  readonly isAppLockUsed?: boolean;
  readonly appState?: string;
};

/** Proof for an account that the app has already. */
export type ProvenAccount = {
  readonly groupKey: string;
  readonly username: string;
  readonly azureObjectId: string;
  readonly oathCode: string;
  readonly azureTenantId: string;
};

export type ValidateRequest = PadEnvelope & {
  readonly message: 'phoneAppValidateDeviceTokenRequest';
  readonly context: PadContext;
  /** This app expects this account here. */
  readonly validationResult: boolean;
  readonly accounts: readonly ProvenAccount[];
};

export type FetchRequest = PadEnvelope & {
  readonly message: 'phoneAppAuthenticationRequest';
  readonly context: PadContext;
};

export const notificationTypes = ['gcm', 'fcm', 'apns', 'webpush', 'pull'] as const;
export type NotificationType = (typeof notificationTypes)[number];

export type ResultRequest = PadEnvelope &
  PadCircumstances & {
    readonly message: 'phoneAppAuthenticationResultRequest';
    readonly context: PadContext;
    /** 1 approve, 2 deny, 3 deny and report fraud. */
    readonly authenticationResult: 1 | 2 | 3;
    readonly newDeviceToken?: string;
    readonly notificationType?: NotificationType;
  };

export type PinRequest = PadEnvelope &
  PadCircumstances & {
    readonly message: 'phoneAppPinValidationRequest';
    readonly context: PadContext;
    /** 4–10 digits, or empty where only a number is needed. */
    readonly pin: string;
    /** The PIN came from the app's store, not from the keyboard. */
    readonly pinStored: boolean;
    /** False only checks; it never approves. */
    readonly authenticate: boolean;
    readonly selectedEntropyNumber: string | null;
  };

export type PinChangeRequest = PadEnvelope & {
  readonly message: 'phoneAppPinChangeRequest';
  readonly context: PadContext;
  readonly pin: string;
  readonly pinStored: boolean;
  /** As typed; the rules of 7.5 judge it, not the codec. */
  readonly newPin: string;
  readonly authenticate: boolean;
};

export type TokenChangeRequest = PadEnvelope & {
  readonly message: 'phoneAppDeviceTokenChangeRequest';
  readonly dosPreventer: string;
  readonly oldDeviceToken: string;
  readonly newDeviceToken: string;
  readonly notificationType?: NotificationType;
  readonly appVersion: string;
  readonly osVersion: string;
};

export type TokenChangeStartRequest = PadEnvelope & {
  readonly message: 'phoneAppStartDeviceTokenChangeV2Request';
  readonly newDeviceToken: string;
  readonly notificationType?: NotificationType;
  readonly appVersion: string;
  readonly osVersion: string;
  readonly appPackageName: string;
  readonly authenticatorFlavor: string;
};

export type TokenChangeCompleteRequest = PadEnvelope & {
  readonly message: 'phoneAppCompleteDeviceTokenChangeV2Request';
  readonly accounts: readonly DetailedAccount[];
  readonly newDeviceToken: string;
  readonly appVersion: string;
  readonly osVersion: string;
};

export type DetailedAccount = {
  readonly azureObjectId: string;
  readonly azureTenantId: string;
  readonly oathCode: string;
  readonly phoneAppDetailId: string;
};
