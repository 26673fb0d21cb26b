import type { DomainEvent } from './events.ts';

/**
 * One activation code and what happened to it, folded from stream activation-<keyed hash of the code>.
 * `reserved` is one ActivateNew call that waits for the device; when that fails the code is free again.
 */
export type Activation =
  | { readonly status: 'none' }
  | (Issued & { readonly status: 'issued' })
  | (Issued &
      Reserved & { readonly status: 'reserved' | 'validated'; readonly permitHash?: string })
  | (Issued & { readonly status: 'ended'; readonly reason: string });

type Issued = { readonly userId: string; readonly expiresAt: string; readonly routeHash: string };
type Reserved = {
  readonly attempt: string;
  readonly guid: string;
  readonly tokenHash: string;
  readonly deviceId: string;
};

export const noActivation: Activation = { status: 'none' };

export const evolveActivation = (activation: Activation, event: DomainEvent): Activation => {
  if (event.type === 'ActivationIssued') return { status: 'issued', ...event.data };
  if (activation.status === 'none' || activation.status === 'ended') return activation;
  const { userId, expiresAt, routeHash } = activation;
  const issued = { userId, expiresAt, routeHash };
  switch (event.type) {
    case 'ActivationBegun': {
      const { attempt, guid, tokenHash, deviceId } = event.data;
      return { status: 'reserved', ...issued, attempt, guid, tokenHash, deviceId };
    }
    case 'ActivationValidated':
      return activation.status === 'reserved'
        ? {
            ...activation,
            status: 'validated',
            ...(event.data.permitHash === undefined ? {} : { permitHash: event.data.permitHash }),
          }
        : activation;
    case 'ActivationAttemptFailed':
      return { status: 'issued', ...issued };
    case 'ActivationEnded':
      return { status: 'ended', ...issued, reason: event.data.reason };
    default:
      return activation;
  }
};
