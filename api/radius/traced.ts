import { addressOf, textOf, types } from './attributes.ts';
import type { TracedPacket } from './monitor.ts';
import type { Attribute, Packet } from './packet.ts';

/** Everything whose octets can be shown; of all others there is only how long they are. */
const asText: ReadonlySet<number> = new Set([
  types.userName,
  types.replyMessage,
  types.calledStationId,
  types.callingStationId,
  types.nasIdentifier,
  types.acctSessionId,
]);
const asAddress: ReadonlySet<number> = new Set([
  types.nasIpAddress,
  types.framedIpAddress,
  types.nasIpv6Address,
]);
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(types).map(([name, type]) => [type, name]),
);
const maxShown = 100;

const shown = ({ type, value }: Attribute): string => {
  const name = names.get(type) ?? `attribute${type}`;
  const text = asText.has(type)
    ? textOf(value)
    : asAddress.has(type)
      ? addressOf(value)
      : undefined;
  return `${name}: ${text?.slice(0, maxShown) ?? `${value.length} octets`}`;
};

/** A packet for a trace. No password, proof, key or state is in it: only what is known to be harmless is shown. */
export const traced = (
  { code, identifier, attributes }: Pick<Packet, 'code' | 'identifier' | 'attributes'>,
  around: Pick<TracedPacket, 'direction' | 'peer' | 'at'>,
): TracedPacket => ({ ...around, code, identifier, attributes: attributes.map(shown) });
