import { accountingProofOf, isAccountingRequest, messageAuthenticatorOf } from './authenticator.ts';
import { has, types } from './attributes.ts';
import type { KnownClient } from './clients.ts';
import type { DropReason } from './monitor.ts';
import { codes, type ReceivedPacket } from './packet.ts';

export type Proven =
  | { readonly kind: 'drop'; readonly reason: DropReason }
  /** `secures`: the client has shown that it can prove its packets. */
  | { readonly kind: 'ok'; readonly proven: boolean; readonly secures: boolean };

const drop = (reason: DropReason): Proven => ({ kind: 'drop', reason });

/** Whether a request of a known client counts (spec/40 'Security', SEC-02 to SEC-04). */
export const checkProof = (
  packet: ReceivedPacket,
  client: KnownClient,
  address: string,
): Proven => {
  const { secret, messageAuthenticator: mode } = client;
  if (packet.code === codes.accountingRequest) {
    if (!isAccountingRequest(packet, secret)) return drop('badAuthenticator');
    return accountingProofOf(packet, secret) === 'invalid'
      ? drop('badAuthenticator')
      : { kind: 'ok', proven: true, secures: false };
  }
  const proof = messageAuthenticatorOf(packet, secret);
  if (proof === 'invalid') return drop('badAuthenticator');
  const isEap = has(packet.attributes, types.eapMessage);
  if (proof === 'valid') return { kind: 'ok', proven: true, secures: mode === 'auto' && !isEap };
  // These have no other proof at all.
  if (isEap || packet.code === codes.statusServer) return drop('noAuthenticator');
  if (mode === 'off') return { kind: 'ok', proven: false, secures: false };
  // Somebody between could make a forged answer fit by what is echoed (CVE-2024-3596).
  if (has(packet.attributes, types.proxyState)) return drop('noAuthenticator');
  return client.mustProve(address)
    ? drop('noAuthenticator')
    : { kind: 'ok', proven: false, secures: false };
};
