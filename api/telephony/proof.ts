import type { OpenProvider } from '../../domain/items/telephony.ts';
import { isGatewaySignature, isTwilioSignature } from './signatures.ts';

/** A callback as it came. */
export type Callback = {
  readonly body: string;
  /** The address that the provider was given: public base and path with query. */
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  readonly nowMs: number;
};

/** A body as a form; a name that comes twice counts once, so that its signature cannot be right. */
export const formOf = (body: string): ReadonlyMap<string, string> =>
  new Map(new URLSearchParams(body));

/** True where the callback can only come from this provider. */
export const isFrom = (provider: OpenProvider, callback: Callback): boolean => {
  const { secret } = provider;
  const { body, url, header, nowMs } = callback;
  if (provider.type === 'twilio')
    return isTwilioSignature(header('x-twilio-signature'), {
      secret,
      url,
      parameters: formOf(body),
    });
  return isGatewaySignature(
    { timestamp: header('x-gateway-timestamp'), signature: header('x-gateway-signature') },
    { secret, url, body, nowMs },
  );
};
