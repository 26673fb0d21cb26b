import { setTimeout as pause } from 'node:timers/promises';
import type { OpenProvider } from '../../domain/items/telephony.ts';
import { assertNever } from '../../domain/errors.ts';
import { createBreaker, type Breaker, type BreakerState } from './breaker.ts';
import { httpGateway } from './httpGateway.ts';
import { telephonyLimits, type TelephonyLimits } from './limits.ts';
import { ContactUncertain, type Contact, type ContactOutcome, type Telephony } from './port.ts';
import { callbacksFor, type Found, type ProviderClient, type Sent } from './provider.ts';
import { twilioProvider } from './twilio.ts';

export type TelephonyOptions = {
  /** Asked at each contact, so that a changed configuration holds at once. */
  readonly providers: () => Promise<readonly OpenProvider[]>;
  /** Where providers reach this deployment. */
  readonly publicUrl: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onBreaker?: (providerId: string, state: BreakerState, reason: string) => void;
  /** SEC-62: `host:port` of providers on inner addresses, other ports or plain HTTP. */
  readonly allow?: () => readonly string[];
};

/** Calls and texts by the providers of this deployment, the first one that can. */
export const createTelephony = (
  options: TelephonyOptions,
  limits: TelephonyLimits = telephonyLimits,
): Telephony => {
  const { clock } = options;
  const clientOf = (provider: OpenProvider): ProviderClient => {
    const common = { provider, limits, allow: options.allow?.() ?? [] };
    switch (provider.type) {
      case 'twilio':
        return twilioProvider({ ...common, clock });
      case 'http':
        return httpGateway(common);
      default:
        return assertNever(provider.type);
    }
  };
  const breakerOf = breakersBy(options, limits);

  const ask = async (
    client: ProviderClient,
    contact: Contact,
    startedAt: string,
  ): Promise<Found> => {
    const first = await client.find(contact, startedAt);
    if (first.kind !== 'notFound') return first;
    await pause(limits.settleMs);
    return client.find(contact, startedAt);
  };

  /** Never tries a second provider while the first may have done it. */
  const hand = async (
    provider: OpenProvider,
    contact: Contact,
    startedAt: string,
  ): Promise<Exclude<Sent, { kind: 'unclear' }>> => {
    const breaker = breakerOf(provider);
    if (!breaker.admits()) return { kind: 'unable', unwell: true, detail: 'left out for now' };
    const client = clientOf(provider);
    const callbacks = callbacksFor(options.publicUrl(), provider.providerId, contact);
    const sent = await client.send(contact, callbacks);
    tell(breaker, sent);
    if (sent.kind !== 'unclear') return sent;
    const found = await ask(client, contact, startedAt);
    if (found.kind === 'found') return { kind: 'accepted', providerRef: found.providerRef };
    if (found.kind === 'notFound') return { kind: 'unable', unwell: true, detail: sent.detail };
    throw new ContactUncertain(`${provider.providerId}: ${sent.detail}; ${found.detail}`);
  };

  /** @returns the provider that has the contact already; undefined where every one says that it has not */
  const whoHas = async (
    capable: readonly OpenProvider[],
    contact: Contact,
    startedAt: string,
  ): Promise<ContactOutcome | undefined> => {
    const answers = await Promise.all(
      capable.map(async (provider) => ({
        provider: provider.providerId,
        found: await ask(clientOf(provider), contact, startedAt),
      })),
    );
    for (const { provider, found } of answers)
      if (found.kind === 'found')
        return { kind: 'accepted', provider, providerRef: found.providerRef };
    // One that cannot be asked may have taken it before it fell silent.
    for (const { provider, found } of answers)
      if (found.kind === 'unknown') throw new ContactUncertain(`${provider}: ${found.detail}`);
    return undefined;
  };

  return {
    contact: async (contact, again, startedAt) => {
      const able = contact.kind === 'text' ? 'texts' : 'calls';
      const capable = (await options.providers())
        .filter((provider) => provider[able])
        .toSorted((left, right) => left.order - right.order);
      if (again) {
        const done = await whoHas(capable, contact, startedAt);
        if (done !== undefined) return done;
      }
      const unable: { readonly detail: string; readonly unwell: boolean }[] = [];
      for (const provider of capable) {
        const sent = await hand(provider, contact, startedAt);
        const { providerId } = provider;
        if (sent.kind === 'accepted')
          return { kind: 'accepted', provider: providerId, providerRef: sent.providerRef };
        if (sent.kind === 'refused')
          return { kind: 'refused', provider: providerId, code: sent.code, detail: sent.detail };
        unable.push({ detail: `${providerId}: ${sent.detail}`, unwell: sent.unwell });
      }
      return nobodyCould(unable, able);
    },
  };
};

const nobodyCould = (
  unable: readonly { readonly detail: string; readonly unwell: boolean }[],
  able: 'texts' | 'calls',
): ContactOutcome => {
  if (unable.length === 0)
    return { kind: 'refused', code: 'PROVIDER_ERROR', detail: `no provider for ${able}` };
  return {
    kind: 'refused',
    code: unable.some(({ unwell }) => unwell) ? 'PROVIDER_ERROR' : 'UNREACHABLE',
    detail: unable.map(({ detail }) => detail).join('; '),
  };
};

const tell = (breaker: Breaker, sent: Sent): void => {
  if (sent.kind === 'unclear' || (sent.kind === 'unable' && sent.unwell))
    breaker.failed(sent.detail);
  else breaker.succeeded();
};

/** A provider that is set up anew starts with a fresh breaker. */
const breakersBy = (
  { clock, onBreaker }: TelephonyOptions,
  limits: TelephonyLimits,
): ((provider: OpenProvider) => Breaker) => {
  const breakers = new Map<string, { readonly setUp: string; readonly breaker: Breaker }>();
  return ({ providerId, type, baseUrl, account, secret }) => {
    const setUp = JSON.stringify([type, baseUrl, account, secret]);
    const known = breakers.get(providerId);
    if (known?.setUp === setUp) return known.breaker;
    const breaker = createBreaker({
      clock,
      limits,
      onChange: (state, reason) => onBreaker?.(providerId, state, reason),
    });
    breakers.set(providerId, { setUp, breaker });
    return breaker;
  };
};
