import type { RadiusClient } from '../../domain/items/radius.ts';
import type { Caller } from '../facade.ts';
import {
  addressOf,
  first,
  has,
  nasAddressOf,
  taggedTextOf,
  textOf,
  types,
  microsoft,
  microsoftTypes,
  vendorValue,
} from './attributes.ts';
import type { KnownClient } from './clients.ts';
import { revealPassword } from './hiding.ts';
import type { Protocol } from './monitor.ts';
import type { ReceivedPacket } from './packet.ts';

/** One access request that has passed all checks of packets. */
export type Login = {
  readonly client: KnownClient;
  readonly packet: ReceivedPacket;
  readonly caller: Caller;
  /** Names this very packet, on any node. */
  readonly key: string;
  /** There is an attempt of these octets already. */
  readonly repeats?: true;
  readonly protocol: Protocol;
  readonly username: string;
  /** As typed, in octets; undefined where it cannot be read. */
  readonly password: Buffer | undefined;
  /** Where the person is, as the access server says; equal logins from one place are one. */
  readonly station: string | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds until the client must have its answer. */
  left(): number;
};

const chap2Octets = 50;
const chap2ChallengeOctets = 16;

/** How a person proves themselves in a packet; undefined where that is broken. */
export const protocolOf = ({ attributes }: ReceivedPacket): Protocol | undefined => {
  if (has(attributes, types.eapMessage)) return 'EAP';
  if (has(attributes, types.chapPassword)) return 'CHAP';
  const response = vendorValue(attributes, microsoft, microsoftTypes.chap2Response);
  if (response !== undefined) {
    const challenge = vendorValue(attributes, microsoft, microsoftTypes.chapChallenge);
    const whole =
      response.length === chap2Octets &&
      response[1] === 0 &&
      challenge?.length === chap2ChallengeOctets;
    return whole ? 'MS-CHAPv2' : undefined;
  }
  if (vendorValue(attributes, microsoft, microsoftTypes.chapResponse) !== undefined) return 'CHAP';
  return has(attributes, types.userPassword) ? 'PAP' : 'none';
};

const stationOf = (
  { attributes }: ReceivedPacket,
  attribute: RadiusClient['clientIpAttribute'],
): string | undefined => {
  const calling = textOf(first(attributes, types.callingStationId));
  switch (attribute) {
    case 'callingStationId':
      return calling;
    case 'tunnelClientEndpoint':
      return taggedTextOf(first(attributes, types.tunnelClientEndpoint)) ?? calling;
    case 'framedIpAddress':
      return addressOf(first(attributes, types.framedIpAddress)) ?? calling;
  }
};

const maxReference = 128;

/** The access server, by the name or address that it gives itself. */
export const nasOf = ({ attributes }: ReceivedPacket): string | undefined =>
  (textOf(first(attributes, types.nasIdentifier)) ?? nasAddressOf(attributes))?.slice(
    0,
    maxReference,
  );

export const readLogin = (
  base: Pick<Login, 'client' | 'packet' | 'caller' | 'key' | 'signal' | 'left'>,
): Login => {
  const { client, packet } = base;
  const hidden = first(packet.attributes, types.userPassword);
  return {
    ...base,
    protocol: protocolOf(packet) ?? 'CHAP',
    username: textOf(first(packet.attributes, types.userName)) ?? '',
    password: hidden && revealPassword(hidden, packet.authenticator, client.secret),
    station: stationOf(packet, client.clientIpAttribute),
  };
};
