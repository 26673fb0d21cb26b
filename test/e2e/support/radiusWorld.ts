import { randomBytes } from 'node:crypto';
import { types } from '../../../api/radius/attributes.ts';
import type { Attribute, ReceivedPacket } from '../../../api/radius/packet.ts';
import { accessServer, type AccessServer } from './radiusSocket.ts';
import type { RestClient } from './rest.ts';

export const radiusSecret = 'testing testing testing testing';

/** Clients by the address that their packets come from. */
export const radiusAddresses = {
  vpn: '127.0.0.1',
  auto: '127.0.0.3',
  strict: '127.0.0.4',
  off: '127.0.0.5',
  fallback: '127.0.0.6',
  silent: '127.0.0.7',
} as const;
/** The second address of the client `auto`. */
export const otherOfAuto = '127.0.0.8';
export type RadiusName = keyof typeof radiusAddresses;
export type AccessServers = Readonly<Record<RadiusName, AccessServer>>;

const settings: Readonly<Record<RadiusName, object>> = {
  vpn: {},
  auto: { messageAuthenticator: 'auto', addresses: [radiusAddresses.auto, otherOfAuto] },
  strict: { requireUserMatch: true },
  off: { messageAuthenticator: 'off' },
  fallback: { fallbackOath: true },
  silent: { challengeCapable: false, exemptNas: ['192.0.2.0/24'] },
};

/** Adds the clients, none of which has a target, and opens a socket for each. */
export const addAccessServers = async (rest: RestClient): Promise<AccessServers> => {
  const made: Partial<Record<RadiusName, AccessServer>> = {};
  for (const [name, address] of Object.entries(radiusAddresses) as [RadiusName, string][]) {
    await rest.ok('PUT', `/configuration/radiusClient/${name}`, {
      addresses: [address],
      secret: radiusSecret,
      application: 'VPN',
      target: 'none',
      requestsPerSecond: 10_000,
      ...settings[name],
    });
    made[name] = await accessServer(radiusSecret, address);
  }
  return made as AccessServers;
};

/** Sends octets and waits for what they get. */
export const exchange = async (
  server: AccessServer,
  octets: Buffer,
  to: string,
): Promise<ReceivedPacket> => {
  server.send(octets, to);
  const reply = await server.answer(octets);
  if (!reply) throw new Error('waited in vain for an answer');
  return reply;
};

/** Nothing comes: shown by what is answered after it. */
export const isSilent = async (
  server: AccessServer,
  octets: Buffer,
  to: string,
  { vpn }: AccessServers,
): Promise<boolean> => {
  server.send(octets, to);
  const probe = vpn.request({ username: `probe-${randomBytes(4).toString('hex')}` });
  await exchange(vpn, probe, to);
  return (await server.answer(octets, 0)) === undefined;
};

export const valueIn = (packet: ReceivedPacket, type: number): Buffer | undefined =>
  packet.attributes.find((attribute) => attribute.type === type)?.value;

export const stateIn = (packet: ReceivedPacket): Attribute => {
  const value = valueIn(packet, types.state);
  if (!value) throw new Error('the packet has no State');
  return { type: types.state, value };
};
