import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { refused } from '../../domain/refused.ts';
import type { PayloadKeys } from './keys.ts';

/** Called once for each payload that was refused; a replay meets the same payload again, so it must be repeatable. */
export type OnRefused = (workflowId: string) => void;

type Context = Parameters<PayloadCodec['encode']>[1];

const encoding = 'binary/countersign-sealed';
const nonceBytes = 12;
const tagBytes = 16;
const text = new TextEncoder();
const encodingBytes = text.encode(encoding);
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const refusal: Payload = {
  metadata: { encoding: text.encode('json/plain') },
  data: text.encode(JSON.stringify(refused)),
};

/**
 * Seals every payload with AES-256-GCM before it leaves for Temporal and refuses, as a value, what it did not seal
 * (SEC-73, SEC-74). Each workflow has its own key (HMAC of namespace and workflow id), which keeps the number of
 * seals under one key far below 2^32 and binds a payload to its workflow; the same name is the additional data.
 */
export const sealingCodec = (keys: PayloadKeys, onRefused: OnRefused): PayloadCodec => {
  const encodeOne = (payload: Payload, place: string): Payload => {
    const nonce = randomBytes(nonceBytes);
    const key = workflowKey(keys.get(keys.currentId), place);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
    const plain = PayloadMessage.encode(payload).finish();
    const sealed = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
    return {
      metadata: { encoding: encodingBytes, 'key-id': text.encode(keys.currentId) },
      data: Buffer.concat(sealed),
    };
  };

  const decodeOne = (payload: Payload, place: string): Payload | undefined => {
    const { metadata, data } = payload;
    if (!metadata || !data || asText(metadata['encoding']) !== encoding) return undefined;
    const root = keys.get(asText(metadata['key-id']));
    if (!root || data.length < nonceBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(
      'aes-256-gcm',
      workflowKey(root, place),
      data.subarray(0, nonceBytes),
      { authTagLength: tagBytes },
    );
    decipher.setAAD(Buffer.from(place)).setAuthTag(data.subarray(-tagBytes));
    try {
      const body = decipher.update(data.subarray(nonceBytes, -tagBytes));
      return PayloadMessage.decode(Buffer.concat([body, decipher.final()]));
    } catch {
      return undefined; // The tag does not fit: altered, or sealed for another workflow.
    }
  };

  return {
    encode: async (payloads, context) => {
      const place = placeOf(context);
      return payloads.map((payload) => encodeOne(payload, place));
    },
    decode: async (payloads, context) => {
      const place = placeOf(context);
      const scheduled = scheduledPlaceOf(context);
      return payloads.map((payload) => {
        const open =
          decodeOne(payload, place) ?? (scheduled ? decodeOne(payload, scheduled) : undefined);
        if (open === undefined) onRefused(context?.workflowId ?? '');
        return open ?? refusal;
      });
    },
  };
};

const workflowKey = (root: KeyObject | undefined, place: string): KeyObject => {
  if (root === undefined) throw new TypeError('the current payload key is missing');
  return createSecretKey(createHmac('sha256', root).update(place).digest());
};

/**
 * Where a payload belongs. What the SDK converts without a workflow id (nothing that our workflows do) gets a place
 * of its own: it opens only where there is no workflow id either, never inside a workflow.
 */
const placeOf = (context: Context, workflowId = context?.workflowId): string =>
  JSON.stringify(context && workflowId ? [context.namespace, workflowId, context.type] : []);

/** A Temporal Schedule seals its input for the id that it is given and then starts `<id>-<time>`. */
const scheduledPlaceOf = (context: Context): string | undefined => {
  const base = context?.workflowId?.match(/^(.+)-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)?.[1];
  return base === undefined ? undefined : placeOf(context, base);
};

const asText = (bytes: Uint8Array | null | undefined): string =>
  bytes ? Buffer.from(bytes).toString('latin1') : '';
