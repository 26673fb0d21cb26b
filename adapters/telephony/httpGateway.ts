import type { OpenProvider } from '../../domain/items/telephony.ts';
import { guardedFetch, type GuardedAnswer } from '../http/guardedFetch.ts';
import type { TelephonyLimits } from './limits.ts';
import { failureDetail, sentByFailure, sentByStatus } from './outcomes.ts';
import type { Contact } from './port.ts';
import type { Callbacks, Found, ProviderClient, Sent } from './provider.ts';

type Options = {
  readonly provider: OpenProvider;
  readonly limits: TelephonyLimits;
  /** SEC-62. */
  readonly allow: readonly string[];
};

/** The generic gateway's interface, docs/how-to/phone.md 'A gateway of your own'. */
export const httpGateway = ({ provider, limits, allow }: Options): ProviderClient => {
  const base = provider.baseUrl.replace(/\/+$/, '');
  const call = (
    path: string,
    timeoutMs: number,
    post?: { readonly key: string; readonly body: unknown },
  ): Promise<GuardedAnswer> =>
    guardedFetch(`${base}${path}`, {
      method: post === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${provider.secret}`,
        accept: 'application/json',
        ...(post === undefined
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': post.key }),
      },
      ...(post === undefined ? {} : { body: JSON.stringify(post.body) }),
      timeoutMs,
      maxBodyBytes: limits.maxAnswerBytes,
      allow,
    });
  return {
    send: async (contact, callbacks) => {
      const path = contact.kind === 'text' ? '/texts' : '/calls';
      const body = { ...commonFields(contact, provider.from), ...ownFields(contact, callbacks) };
      try {
        const post = { key: contact.reference, body };
        return sentBy(await call(path, limits.sendTimeoutMs, post));
      } catch (error) {
        return sentByFailure(error);
      }
    },
    find: async ({ reference }) => {
      try {
        return foundBy(await call(`/contacts/${reference}`, limits.askTimeoutMs));
      } catch (error) {
        return { kind: 'unknown', detail: failureDetail(error) };
      }
    },
  };
};

const commonFields = ({ reference, to }: Contact, from: string) => ({ reference, to, from });

const ownFields = (contact: Contact, { voice, status }: Callbacks) =>
  contact.kind === 'text'
    ? { text: contact.text }
    : {
        callUrl: voice,
        statusUrl: status,
        ...(contact.extension === '' ? {} : { extension: contact.extension }),
      };

const sentBy = (answer: GuardedAnswer): Sent => {
  const { status } = answer;
  const { contactId, error } = fieldsOf(answer);
  if (status >= 200 && status < 300)
    return contactId === undefined
      ? { kind: 'unclear', detail: `HTTP ${status} without contactId` }
      : { kind: 'accepted', providerRef: contactId };
  if (status === 422 && error === 'invalid-phone')
    return { kind: 'refused', code: 'INVALID_PHONE', detail: error };
  if (status === 422 && error === 'unreachable')
    return { kind: 'refused', code: 'UNREACHABLE', detail: error };
  return sentByStatus(status, `HTTP ${status}`);
};

/** A bare 404 may come from whatever stands in front of the gateway, so "unknown" must be said in words. */
const foundBy = (answer: GuardedAnswer): Found => {
  const { status } = answer;
  const { contactId, error } = fieldsOf(answer);
  if (status === 200 && contactId !== undefined) return { kind: 'found', providerRef: contactId };
  if (status === 404 && error === 'unknown-reference') return { kind: 'notFound' };
  return { kind: 'unknown', detail: `asked: HTTP ${status}` };
};

const maxRefLength = 128;

const fieldsOf = ({ body }: GuardedAnswer): { contactId?: string; error?: string } => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return {}; // Not the gateway's words; the status decides.
  }
  if (typeof parsed !== 'object' || parsed === null) return {};
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(parsed, name);
    return typeof value === 'string' && value !== '' && value.length <= maxRefLength
      ? value
      : undefined;
  };
  const [contactId, error] = [text('contactId'), text('error')];
  return {
    ...(contactId === undefined ? {} : { contactId }),
    ...(error === undefined ? {} : { error }),
  };
};
