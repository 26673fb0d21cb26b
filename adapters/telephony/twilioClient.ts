import type { IncomingHttpHeaders } from 'node:http';
import type { OpenProvider } from '../../domain/items/telephony.ts';
import { guardedFetch } from '../http/guardedFetch.ts';

export type Wire = {
  readonly provider: OpenProvider;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly allow: readonly string[];
  /** Sees the headers of every answer. */
  readonly onAnswer?: (headers: IncomingHttpHeaders) => unknown;
};

/** The official client is large; a deployment without such a provider never loads it, and none waits for it to start. */
const sdk = () => import('twilio');

/**
 * The official client for one piece of work. It always speaks to api.twilio.com and by its own means; the requests
 * are sent here instead: to the base address of this provider, guarded (SEC-62), within the time.
 */
export const twilioClient = async (wire: Wire) => {
  const { default: twilio } = await sdk();
  const { account, secret } = wire.provider;
  class GuardedClient extends twilio.RequestClient {
    override async request(options: RequestOptions) {
      const { status, headers, body } = await send(wire, options);
      const answer = { statusCode: status, headers, body: body.toString(), toString: () => '' };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its type for answers is the caller's; it parses text itself.
      return answer as never;
    }
  }
  return twilio(account, secret, { httpClient: new GuardedClient(), logLevel: 'none' });
};

/** The part of the official client's request that the 2010-04-01 interface uses. */
type RequestOptions = {
  readonly method: string;
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: object;
  readonly data?: unknown;
};

const send = (wire: Wire, options: RequestOptions) => {
  const { pathname } = new URL(options.uri);
  const query = formOf(options.params);
  const form = formOf(options.data);
  const base = wire.provider.baseUrl.replace(/\/+$/, '');
  const basic = Buffer.from(`${options.username ?? ''}:${options.password ?? ''}`);
  return guardedFetch(`${base}${pathname}${query === '' ? '' : `?${query}`}`, {
    method: options.method.toUpperCase(),
    headers: { ...options.headers, Authorization: `Basic ${basic.toString('base64')}` },
    ...(form === '' ? {} : { body: form }),
    timeoutMs: wire.timeoutMs,
    maxBodyBytes: wire.maxAnswerBytes,
    allow: wire.allow,
  }).then((answer) => {
    wire.onAnswer?.(answer.headers);
    return answer;
  });
};

/** Form encoding with a repeated name for each value of a list, as the official client does it. */
const formOf = (values: unknown): string => {
  const form = new URLSearchParams();
  if (typeof values !== 'object' || values === null) return '';
  for (const [name, value] of Object.entries(values) as [string, unknown][])
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) form.append(name, String(one));
  return form.toString();
};
