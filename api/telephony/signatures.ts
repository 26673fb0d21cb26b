import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { telephonyFrontLimits } from './limits.ts';

/** Equal-length digests, in constant time (SEC-34). */
const same = (left: string, right: string): boolean =>
  timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  );

/**
 * X-Twilio-Signature: HMAC-SHA1, keyed with the account's token, over the URL and each parameter's name and value in
 * the order of names (https://www.twilio.com/docs/usage/security).
 */
export const expectedTwilioSignature = (
  secret: string,
  url: string,
  parameters: ReadonlyMap<string, string>,
): string => {
  const text = [...parameters.keys()]
    .toSorted()
    .reduce((sum, name) => `${sum}${name}${parameters.get(name) ?? ''}`, url);
  return createHmac('sha1', secret).update(text).digest('base64');
};

/** The provider signs the address it was given, but for the port, which it may add or leave out. */
const withAndWithoutPort = (url: string): readonly string[] => {
  const { port, protocol, host, hostname } = new URL(url);
  if (port !== '') return [url, url.replace(host, hostname)];
  return [url, url.replace(host, `${host}:${protocol === 'https:' ? 443 : 80}`)];
};

export const isTwilioSignature = (
  given: string | undefined,
  signed: {
    readonly secret: string;
    readonly url: string;
    readonly parameters: ReadonlyMap<string, string>;
  },
): boolean => {
  const { secret, url, parameters } = signed;
  const checks = withAndWithoutPort(url).map((candidate) =>
    same(given ?? '', expectedTwilioSignature(secret, candidate, parameters)),
  );
  return given !== undefined && secret !== '' && checks.includes(true);
};

/** The generic gateway's: HMAC-SHA-256, hex, over time, URL and body, each on a line (docs/how-to/phone.md). */
export const expectedGatewaySignature = (
  secret: string,
  parts: { readonly timestamp: string; readonly url: string; readonly body: string },
): string =>
  createHmac('sha256', secret)
    .update(`${parts.timestamp}\n${parts.url}\n${parts.body}`)
    .digest('hex');

export const isGatewaySignature = (
  given: { readonly timestamp: string | undefined; readonly signature: string | undefined },
  signed: {
    readonly secret: string;
    readonly url: string;
    readonly body: string;
    readonly nowMs: number;
  },
): boolean => {
  const { timestamp = '', signature = '' } = given;
  const ageSeconds = Math.abs(signed.nowMs / 1_000 - Number(timestamp));
  const isRight = same(
    signature,
    expectedGatewaySignature(signed.secret, { timestamp, ...signed }),
  );
  return (
    isRight &&
    signed.secret !== '' &&
    /^\d{1,12}$/.test(timestamp) &&
    ageSeconds <= telephonyFrontLimits.timestampSeconds
  );
};
