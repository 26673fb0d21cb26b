import type { Logger } from '../runtime/logger.ts';
import type { SystemLog } from './systemLog.ts';

/** A provider is left out, or taken up again: a fact for the auditors and a line for the operator. */
export const providerStates =
  (facts: SystemLog, log: Logger) =>
  (provider: string, state: 'closed' | 'open' | 'halfOpen', reason: string): void => {
    if (state === 'halfOpen') return;
    const fact =
      state === 'open'
        ? ({ type: 'ProviderDown', data: { provider, reason } } as const)
        : ({ type: 'ProviderUp', data: { provider } } as const);
    log.warn('a telephony provider changed its state', { provider, state, reason });
    facts
      .record(fact, `provider/${provider}/${Date.now()}`)
      .catch((error: unknown) => log.error('the state could not be recorded', { error }));
  };
