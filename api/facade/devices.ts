import type { Answered } from '../../domain/attemptPush.ts';
import type { DeviceAnswer } from '../../domain/events.ts';

export type IssuedActivation = {
  readonly activationId: string;
  /** 9 digits; shown once. */
  readonly code: string;
  /** Mobile service URL with its unguessable route segment. */
  readonly url: string;
  /** What the QR code holds: `phonefactor://activate_account?code=…&url=…`. */
  readonly link: string;
  readonly expiresAt: string;
};

/** What a phone call carries, besides its message. Tokens arrive hashed (SHA-256, lower-case hex). */
export type DeviceCall = {
  readonly tokenHash: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
  /** Peer address of the phone; sealed before it is stored. */
  readonly address?: string;
};

export type BeginActivation = DeviceCall & {
  readonly code: string;
  /** The 22 characters of the route segment, where the app used such a URL. */
  readonly routeSegment?: string;
  readonly deviceName: string;
  /** The app's clock, Unix seconds / 30. */
  readonly oathCounter?: string;
  /** `NO_DEVICE_TOKEN`: codes only, no push. */
  readonly codesOnly: boolean;
  /** Point on P-256, base64url, where the app signs its answers (SEC-49). */
  readonly publicKey?: string;
  /** It can be asked for six digits (SEC-37). */
  readonly typesSixDigits?: boolean;
};

export type ActivationAnswer =
  | {
      readonly kind: 'activated';
      readonly username: string;
      readonly tenantId: string;
      readonly objectId: string;
      /** 16 digits, or `0` where no confirmation is wanted. */
      readonly confirmationCode: string;
      /** Base32, lower case; absent where codes are off. */
      readonly oathSecret?: string;
      /** phoneAppDetailId. */
      readonly deviceId: string;
      readonly groupKey: string;
    }
  /** Code 15: wrong, expired, used, reserved, or the device did not answer; never told apart. */
  | { readonly kind: 'failed' }
  /** Code 9010, told only after a right code: no free slot, method off, user disabled or blocked. */
  | { readonly kind: 'notAllowed' };

export type PadAnswer = { readonly answer: Answered; readonly triesLeft: number };

export type ValidateAnswer =
  | {
      readonly kind: 'recorded';
      readonly groupKey: string;
      readonly accountName: string;
      readonly username: string;
      /** The new dosPreventer, where it was asked for. */
      readonly permit?: string;
    }
  | { readonly kind: 'notOpen' | 'answered' };

/** A push as contracts/mobile-app.md section 6 has it: all values strings. */
export type Push = Readonly<Record<string, string>>;

export type PushAnswer = DeviceCall & {
  readonly guid: string;
  readonly answer: DeviceAnswer;
  /** Proof of the seed (10.3), 40 hex digits; must be right where present. */
  readonly proof?: string;
  /** The device's token from now on, hashed, where it differs. */
  readonly newTokenHash?: string;
  readonly notificationType?: string;
  readonly pin?: string;
  /** The number that the login shows, as picked or typed. */
  readonly number?: string;
  /** False where the PIN is only to be checked. */
  readonly authenticate?: boolean;
  /** Replaces the PIN, which must be right. */
  readonly newPin?: string;
  /** By the device's key, base64url. */
  readonly signature?: string;
};
