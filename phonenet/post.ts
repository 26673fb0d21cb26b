import { createHmac } from 'node:crypto';

/** As long as the real network waits. */
const timeoutMs = 15_000;
const maxAnswerLength = 65_536;

/** Posts something signed to the caller's side. @throws where no success comes back */
export type Post = (url: string, body: string, headers: Record<string, string>) => Promise<string>;

const post: Post = async (url, body, headers) => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  if (text.length > maxAnswerLength) throw new Error('the answer is too long');
  return text;
};

/** https://www.twilio.com/docs/usage/security: HMAC-SHA1 over the URL and the sorted parameters. */
export const twilioSignature = (
  secret: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): string => {
  const sorted = Object.keys(parameters).toSorted();
  const text = sorted.reduce((sum, name) => `${sum}${name}${parameters[name] ?? ''}`, url);
  return createHmac('sha1', secret).update(text).digest('base64');
};

export const postAsTwilio = (
  secret: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> =>
  post(url, new URLSearchParams(parameters).toString(), {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-twilio-signature': twilioSignature(secret, url, parameters),
    'user-agent': 'countersign-phone-network',
  });

/** docs/how-to/phone.md: HMAC-SHA-256 over time, URL and body. */
export const gatewaySignature = (
  secret: string,
  parts: { readonly timestamp: string; readonly url: string; readonly body: string },
): string =>
  createHmac('sha256', secret)
    .update(`${parts.timestamp}\n${parts.url}\n${parts.body}`)
    .digest('hex');

export const postAsGateway = (secret: string, url: string, content: unknown): Promise<string> => {
  const body = JSON.stringify(content);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return post(url, body, {
    'content-type': 'application/json',
    'x-gateway-timestamp': timestamp,
    'x-gateway-signature': gatewaySignature(secret, { timestamp, url, body }),
  });
};
