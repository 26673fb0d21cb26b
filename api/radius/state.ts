import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { keyOf, type Secret } from './authenticator.ts';

/**
 * What stands in State: a ticket of ours for the answer to a code prompt, or the State of a target's own dialogue with
 * the number of the server that it belongs to. Either works on any node.
 */
export type State =
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'target'; readonly server: number; readonly state: Buffer };

const kinds = { ticket: 1, target: 2 } as const;
const ticketOctets = 33;
const tagOctets = 16;
const maxOctets = 253;

const tagOf = (secret: Secret, ...parts: readonly Buffer[]): Buffer =>
  createHmac('sha256', keyOf(secret)).update(Buffer.concat(parts)).digest().subarray(0, tagOctets);

export const writeTicket = (ticket: string): Buffer =>
  Buffer.concat([Buffer.from([kinds.ticket]), Buffer.from(ticket, 'hex')]);

/** @returns undefined where the target's State is too long to be carried on */
export const wrapState = (secret: Secret, server: number, state: Buffer): Buffer | undefined => {
  const head = Buffer.from([kinds.target, server]);
  const wrapped = Buffer.concat([head, tagOf(secret, head, state), state]);
  return wrapped.length > maxOctets ? undefined : wrapped;
};

/** @returns undefined for a State that is not ours */
export const readState = (secret: Secret, value: Buffer): State | undefined => {
  if (value[0] === kinds.ticket && value.length === 1 + ticketOctets)
    return { kind: 'ticket', ticket: value.subarray(1).toString('hex').toUpperCase() };
  if (value[0] !== kinds.target || value.length < 2 + tagOctets) return undefined;
  const state = value.subarray(2 + tagOctets);
  const tag = tagOf(secret, value.subarray(0, 2), state);
  return timingSafeEqual(tag, value.subarray(2, 2 + tagOctets))
    ? { kind: 'target', server: value[1]!, state }
    : undefined;
};

const nonceOctets = 8;

/** Proxy-State of a request of ours: whoever sends it back to us as a client has made a loop. */
export const newProxyState = (targetSecret: Secret): Buffer => {
  const nonce = randomBytes(nonceOctets);
  return Buffer.concat([nonce, tagOf(targetSecret, nonce)]);
};

export const isOwnProxyState = (targetSecret: Secret, value: Buffer): boolean =>
  value.length === nonceOctets + tagOctets &&
  timingSafeEqual(tagOf(targetSecret, value.subarray(0, nonceOctets)), value.subarray(nonceOctets));
