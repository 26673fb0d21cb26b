import type { PadRefusal } from './refusal.ts';

/** What an app is told; the fields are those of the published vectors (contracts/mobile-app.md 5.4, 7, 9). */
export type PadResponse =
  | ValidateResponse
  | FetchResponse
  | ResultResponse
  | PinResponse
  | PinChangeResponse
  | TokenChangeResponse
  | TokenChangeCompleteResponse;

type Answer<Message extends string> = { readonly message: Message; readonly requestId: string };

export type ValidateResponse = Answer<'phoneAppValidateDeviceTokenResponse'> & {
  readonly groupKey: string;
  /** Null where none was asked for. */
  readonly dosPreventer: string | null;
  readonly accountName: string;
  readonly username: string;
  readonly accountValidationResults: readonly AccountValidation[];
};

export type AccountValidation = {
  readonly azureObjectId: string;
  readonly azureTenantId: string;
  readonly phoneAppDetailId: string;
  readonly validationResult: 'Success' | 'Failure' | 'TransientFailure';
};

/** Details of an open push by the names of 7.2, all texts; in the order that is written. */
export const fetchNames = [
  'guid',
  'tenantId',
  'azureObjectId',
  'phoneAppDetailId',
  'groupKey',
  'accountName',
  'username',
  'mode',
  'expiration',
  'fraudAllowed',
  'fraudBlock',
  'pinRetries',
  'pinChangeRequired',
  'userCanChangePin',
  'oathCounter',
  'applicationName',
  'clientAddress',
  'dosPreventer',
  'firstEntropyChallenge',
  'secondEntropyChallenge',
  'thirdEntropyChallenge',
  'isAppLockRequired',
] as const;
export type FetchName = (typeof fetchNames)[number];

export type FetchResponse = Answer<'phoneAppAuthenticationResponse'> & {
  readonly details: Readonly<Partial<Record<FetchName, string>>>;
};

export type ResultResponse = Answer<'phoneAppAuthenticationResultResponse'> & {
  readonly result: 1;
};

export type PinResponse = Answer<'phoneAppPinValidationResponse'> & {
  /** 1 and 6 right, 2 to 5 not (7.4). */
  readonly validationResult: number;
  readonly pinRetries: number;
};

export type PinChangeResponse = Answer<'phoneAppPinChangeResponse'> & {
  readonly changeResult: number;
};

export type TokenChangeResponse = Answer<
  'phoneAppDeviceTokenChangeResponse' | 'phoneAppStartDeviceTokenChangeV2Response'
> & {
  /** 1 done, 100 dosPreventer or old token not right, 102 try later. */
  readonly deviceTokenChangeResult: number;
};

export type TokenChangeCompleteResponse = Answer<'phoneAppCompleteDeviceTokenChangeV2Response'> & {
  readonly accountValidationResults: readonly AccountValidation[];
};

export type PadReply = PadResponse | PadRefusal;
