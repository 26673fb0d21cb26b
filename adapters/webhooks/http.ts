import { guardedFetch, NoAnswer, TargetRefused, type Resolver } from '../http/guardedFetch.ts';
import type { Webhooks } from './port.ts';
import { signatureHeaders } from './sign.ts';

const timeoutMs = 10_000;
/** Nobody reads what a receiver says beyond its status. */
const maxAnswerBytes = 65_536;

/** POSTs over HTTP (spec/65 'Webhooks'): redirects are not followed and count as a refusal. */
export const httpWebhooks = (options: {
  /** `host:port` of targets that may lie inside (SEC-62). */
  readonly allow: readonly string[];
  readonly resolve?: Resolver;
}): Pick<Webhooks, 'post'> => ({
  async post({ url, deliveryId, type, body, ...signed }) {
    try {
      const { status } = await guardedFetch(url, {
        ...options,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Countersign',
          'countersign-delivery': deliveryId,
          'countersign-event': type,
          ...signatureHeaders({ ...signed, body }),
        },
        body,
        timeoutMs,
        maxBodyBytes: maxAnswerBytes,
      });
      return { kind: 'answered', status };
    } catch (error) {
      if (error instanceof TargetRefused) return { kind: 'forbidden', reason: error.reason };
      // The receiver has it, whatever it went on to say.
      if (error instanceof NoAnswer) return { kind: 'noAnswer', reason: error.reason };
      throw error;
    }
  },
});
