/** Calls of the activation service and their answers (contracts/mobile-app.md 5.3, 5.5, 5.6); names as in the vectors. */
export const pfPaWsNamespace = 'http://www.phonefactor.com/PfPaWs';

export type PfPaWsRequest =
  | {
      readonly op: 'ActivateNew';
      readonly activationCode: string;
      /** A device token, or `NO_DEVICE_TOKEN` for an app that only shows codes. */
      readonly deviceToken: string;
      readonly deviceName: string;
      /** The app's clock, Unix seconds / 30, decimal. */
      readonly oathCounter?: string;
      readonly version?: string;
      /** Ours: the key that signs the device's answers (SEC-49); other apps send none. */
      readonly publicKey?: string;
      /** Ours: the app can be asked for six digits (SEC-37). */
      readonly typesSixDigits?: true;
    }
  | { readonly op: 'ConfirmActivation'; readonly confirmationCode: string }
  | { readonly op: 'TestPfWsSdkConnection' };

export type PfPaWsOperation = PfPaWsRequest['op'];

export type PfPaWsResponse =
  | ActivateNewResponse
  | ConfirmActivationResponse
  /** Begins with `Success` where the service reaches its core, else `Failed: ` and why. */
  | { readonly op: 'TestPfWsSdkConnection'; readonly result: string };

type Refused<Op extends PfPaWsOperation> = {
  readonly op: Op;
  readonly result: false;
  readonly errorCode: number;
  readonly errorDescription: string;
};

export type ActivateNewResponse =
  | Refused<'ActivateNew'>
  | {
      readonly op: 'ActivateNew';
      readonly result: true;
      readonly username: string;
      readonly tenantId: string;
      readonly azureObjectId: string;
      /** 16 digits, or `0` where no confirmation is wanted. */
      readonly confirmationCode: string;
      /** Base32, lower case; absent where codes are off. */
      readonly oathTokenSecretKey?: string;
      readonly oathTokenEnabled: boolean;
      readonly phoneAppDetailId: string;
      readonly groupKey: string;
      readonly errorCode: 0;
      readonly errorDescription: '';
    };

export type ConfirmActivationResponse =
  | Refused<'ConfirmActivation'>
  | {
      readonly op: 'ConfirmActivation';
      readonly result: true;
      readonly phoneAppDetailId: string;
      readonly errorCode: 0;
      readonly errorDescription: '';
    };

/** `error/Code` values and their texts (11.1). 15 stands for all ways in which a code can be wrong. */
export const pfPaWsErrors = {
  15: 'Activation failed. Request a new activation code and try again.',
  9001: 'The request is incomplete or malformed.',
  9005: 'Too many attempts. Try again later.',
  9006: 'The service is busy. Try again.',
  9010: 'This account cannot add a device. Ask your administrator.',
} as const;

export type PfPaWsErrorCode = keyof typeof pfPaWsErrors;

export const pfPaWsRefusal = <Op extends 'ActivateNew' | 'ConfirmActivation'>(
  op: Op,
  errorCode: PfPaWsErrorCode,
): Refused<Op> => ({ op, result: false, errorCode, errorDescription: pfPaWsErrors[errorCode] });
