import { present } from '../../domain/present.ts';
import type { Facade, Caller } from '../facade.ts';
import { addressOf, all, first, integerOf, textOf, types, without } from './attributes.ts';
import type { KnownClient } from './clients.ts';
import { nasOf } from './login.ts';
import { codes, type ReceivedPacket } from './packet.ts';
import type { Reply } from './replies.ts';
import { askTarget } from './target.ts';

/** Acct-Status-Type (RFC 2866 §5.1). */
const statuses: Readonly<Record<number, 'started' | 'interim' | 'stopped'>> = {
  1: 'started',
  2: 'stopped',
  3: 'interim',
};
const requestIdPattern = /^[\dA-F]{32}$/;

export type AccountingCall = {
  readonly client: KnownClient;
  readonly packet: ReceivedPacket;
  readonly caller: Caller;
  /** Names this very packet. */
  readonly key: string;
  readonly signal: AbortSignal;
};

/**
 * Accounting (RFC 2866) is put on record and then acknowledged; with a target the target's word is what the client gets.
 * Nobody is ever asked because of it.
 * @returns undefined for silence: the client sends it again
 */
export const account = async (
  { commands }: Facade,
  { client, packet, caller, key, signal }: AccountingCall,
): Promise<Reply | undefined> => {
  const { attributes } = packet;
  const status = statuses[integerOf(first(attributes, types.acctStatusType)) ?? 0];
  const session = textOf(first(attributes, types.acctSessionId));
  // Ours stands behind what the target or its table has said.
  const requestId = all(attributes, types.class)
    .map(textOf)
    .find((text) => text !== undefined && requestIdPattern.test(text));
  if (status !== undefined && session !== undefined)
    await commands.recordAccounting(caller, {
      status,
      session,
      packetId: key,
      ...present({
        requestId,
        username: textOf(first(attributes, types.userName)),
        station: textOf(first(attributes, types.callingStationId)),
        framedAddress: addressOf(first(attributes, types.framedIpAddress)),
        nas: nasOf(packet),
        seconds: integerOf(first(attributes, types.acctSessionTime)),
        inputOctets: integerOf(first(attributes, types.acctInputOctets)),
        outputOctets: integerOf(first(attributes, types.acctOutputOctets)),
        cause: integerOf(first(attributes, types.acctTerminateCause)),
      }),
    });
  const ok: Reply = { code: codes.accountingResponse, attributes: [] };
  if (client.servers === undefined || client.directory !== undefined) return ok;
  const passed = without(attributes, types.proxyState, types.messageAuthenticator);
  const asked = await askTarget(client.servers, () => passed, { isAccounting: true, signal });
  return asked && ok;
};
