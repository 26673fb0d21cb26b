import type { OpenItem } from '../facade/items.ts';
import type { ItemQueries } from '../facade/items.ts';
import type { TelephonyQueries } from '../facade/telephony.ts';

/** What calls and texts go out by, from the configuration. */
export const telephonyQueries = ({
  openItems,
}: Pick<ItemQueries, 'openItems'>): TelephonyQueries => ({
  async telephonyProviders() {
    const providers = await openItems('telephonyProvider');
    return providers
      .map(({ itemId, ...provider }) => ({ ...provider, providerId: itemId }))
      .toSorted((a, b) => a.order - b.order);
  },
  async recording(message, language, application) {
    const fits = (recorded: OpenItem<'voiceMessage'>): boolean =>
      recorded.audio !== '' &&
      recorded.message === message &&
      recorded.language.toLowerCase() === language.toLowerCase();
    const all = (await openItems('voiceMessage')).filter(fits);
    const best =
      all.find((recorded) => recorded.application === application) ??
      all.find((recorded) => recorded.application === undefined);
    return best && { audio: best.audio, contentType: best.contentType };
  },
});
