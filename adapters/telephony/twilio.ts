import type { OpenProvider } from '../../domain/items/telephony.ts';
import type { TelephonyLimits } from './limits.ts';
import type { Contact } from './port.ts';
import type { Found, ProviderClient } from './provider.ts';
import { twilioClient, type Wire } from './twilioClient.ts';
import { sentByTwilioError, twilioDetail } from './twilioFaults.ts';

type Options = {
  readonly provider: OpenProvider;
  readonly limits: TelephonyLimits;
  /** SEC-62. */
  readonly allow: readonly string[];
  readonly clock: () => number;
};

/** A phone rings this long; mailboxes of most networks answer later. */
const ringSeconds = 25;
const maxCallSeconds = 180;
/** Time to tell a mailbox from a person; undecided counts as a person. */
const machineDetectionSeconds = 5;
/** Half-second pauses between the answer and the first digit of an extension. */
const beforeExtension = 'wwww';
/** The newest contacts of one number that are looked through. */
const pageSize = 50;
/** Times at the provider have whole seconds. */
const secondMs = 1_000;
/** What the two clocks may differ beyond what the provider's `Date` tells. */
const clockToleranceMs = 2_000;

/** A provider with the interface of Twilio's 2010-04-01, which knows no idempotency key: it can only be asked. */
export const twilioProvider = (options: Options): ProviderClient => {
  const { provider, limits, allow, clock } = options;
  const wire = { provider, maxAnswerBytes: limits.maxAnswerBytes, allow };
  return {
    send: async (contact, callbacks) => {
      // The official client throws for it, which would look like an accident on the way.
      if (!provider.account.startsWith('AC'))
        return { kind: 'unable', unwell: true, detail: 'the account does not start with AC' };
      try {
        const client = await twilioClient({ ...wire, timeoutMs: limits.sendTimeoutMs });
        const ends = { to: contact.to, from: provider.from };
        const made =
          contact.kind === 'text'
            ? await client.messages.create({ ...ends, body: contact.text })
            : await client.calls.create({
                ...ends,
                url: callbacks.voice,
                method: 'POST',
                // Asked once more where the first answer fails; an event that comes twice counts once.
                fallbackUrl: callbacks.voice,
                fallbackMethod: 'POST',
                statusCallback: callbacks.status,
                statusCallbackMethod: 'POST',
                statusCallbackEvent: ['completed'],
                machineDetection: 'Enable',
                machineDetectionTimeout: machineDetectionSeconds,
                timeout: ringSeconds,
                timeLimit: maxCallSeconds,
                ...(contact.extension === ''
                  ? {}
                  : { sendDigits: `${beforeExtension}${contact.extension}` }),
              });
        return { kind: 'accepted', providerRef: made.sid };
      } catch (error) {
        return sentByTwilioError(error);
      }
    },
    find: async (contact, startedAt) => {
      let date: string | undefined;
      const onAnswer: Wire['onAnswer'] = (headers) => (date = headers.date);
      try {
        const client = await twilioClient({ ...wire, timeoutMs: limits.askTimeoutMs, onAnswer });
        const filter = { to: contact.to, from: provider.from, pageSize };
        const page =
          contact.kind === 'text'
            ? await client.messages.page(filter)
            : await client.calls.page(filter);
        const records = page.instances.map((record) => ({
          sid: record.sid,
          at: record.dateCreated.getTime(),
          body: 'body' in record ? record.body : '',
        }));
        const since = Date.parse(startedAt) + aheadMs(date, clock()) - clockToleranceMs - secondMs;
        return foundIn(records, { contact, since, more: page.getNextPageUrl() !== undefined });
      } catch (error) {
        return { kind: 'unknown', detail: twilioDetail(error) };
      }
    },
  };
};

/** How far the provider's clock is ahead of ours; 0 where it does not say. */
const aheadMs = (date: string | undefined, now: number): number => {
  const there = Date.parse(date ?? '');
  return Number.isNaN(there) ? 0 : there - now;
};

type TwilioRecord = { readonly sid: string; readonly at: number; readonly body: string };

/**
 * A text is known by its words as well, so that another one to the same person is not taken for it. A call is not:
 * any call to this number since then counts as this one, because one too few is better than one too many.
 */
const foundIn = (
  records: readonly TwilioRecord[],
  sought: { readonly contact: Contact; readonly since: number; readonly more: boolean },
): Found => {
  const { contact, since, more } = sought;
  const match = records.find(
    ({ at, body }) =>
      at >= since && (contact.kind === 'call' || letters(body).includes(letters(contact.text))),
  );
  if (match !== undefined) return { kind: 'found', providerRef: match.sid };
  // A full page that does not reach back far enough has not answered.
  if (more && records.every(({ at }) => at >= since))
    return { kind: 'unknown', detail: 'asked: too many contacts to look through' };
  return { kind: 'notFound' };
};

/** Providers put words before a text, and plain characters in place of typographic ones. */
const letters = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
