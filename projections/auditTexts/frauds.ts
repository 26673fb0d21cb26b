import type { FraudEvents } from '../../domain/events/frauds.ts';
import type { Texts } from './parts.ts';

export const fraudTexts: Texts<FraudEvents> = {
  FraudReported: ({ data }) => [
    ['user', data.userId],
    ' reported fraud',
    ...(data.deviceId === undefined ? [' by phone'] : [' on ', ['device', data.deviceId] as const]),
    data.blockId === undefined ? '; not blocked' : '; blocked',
  ],
  FraudReviewed: ({ data }) => [`Fraud report ${data.verdict}: ${data.note}`],
};
