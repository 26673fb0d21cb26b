import type { OpenProvider } from '../../../domain/items/telephony.ts';
import { telephonyLimits, type TelephonyLimits } from '../../../adapters/telephony/limits.ts';
import type { Contact } from '../../../adapters/telephony/port.ts';
import { createTelephony, type TelephonyOptions } from '../../../adapters/telephony/telephony.ts';

export const limits = { ...telephonyLimits, sendTimeoutMs: 400, askTimeoutMs: 300, settleMs: 20 };

export const fromNumber = '+493012345678';

let numbers = 0;
/** A phone that no other test calls. */
export const newNumber = (): string => {
  numbers += 1;
  return `+4915110${String(numbers).padStart(6, '0')}`;
};

let references = 0;
export const contactFor = (to: string, kind: 'text' | 'call'): Contact => {
  references += 1;
  return {
    reference: `A${references}-primary`,
    to,
    extension: '',
    requestId: references.toString(16).toUpperCase().padStart(32, '0'),
    which: 'primary',
    ...(kind === 'text' ? { kind, text: `Your code is ${100_000 + references}.` } : { kind }),
  };
};

type Network = {
  readonly url: string;
  readonly gatewayUrl: string;
  readonly account: string;
  readonly secret: string;
};

/** A network as a provider of one type. */
export const providerAt = (
  network: Network,
  type: OpenProvider['type'],
  more: Partial<OpenProvider> = {},
): OpenProvider => ({
  providerId: `${type}-1`,
  type,
  baseUrl: type === 'twilio' ? network.url : network.gatewayUrl,
  account: network.account,
  secret: network.secret,
  from: fromNumber,
  order: 1,
  texts: true,
  calls: true,
  ...more,
});

export const hostOf = ({ baseUrl }: Pick<OpenProvider, 'baseUrl'>): string => new URL(baseUrl).host;

export const telephonyOf = (
  providers: readonly OpenProvider[],
  options: Partial<TelephonyOptions> = {},
  within: TelephonyLimits = limits,
) =>
  createTelephony(
    {
      providers: () => Promise.resolve(providers),
      // Nobody listens there: what a call does next is none of these tests' business.
      publicUrl: () => 'http://127.0.0.1:9',
      clock: Date.now,
      allow: () => providers.map(hostOf),
      ...options,
    },
    within,
  );

export const now = (): string => new Date().toISOString();
