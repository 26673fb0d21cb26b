import { createHmac } from 'node:crypto';

/**
 * Headers that show who sent a body and when: HMAC-SHA-256 over `<timestamp>.<body>`, hexadecimal. The key is the
 * webhook's secret as it is written. Receivers refuse timestamps that are more than 5 minutes away.
 */
export const signatureHeaders = (signed: {
  readonly keyId: string;
  readonly secret: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}): Readonly<Record<string, string>> => {
  const { keyId, secret, timestamp, body } = signed;
  const hmac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    'countersign-timestamp': String(timestamp),
    'countersign-signature': `keyId="${keyId}",sha256="${hmac}"`,
  };
};
