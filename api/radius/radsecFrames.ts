import { headerOctets, maxPacketOctets } from './packet.ts';

/** Where a packet says how long it is, and until where that can be read. */
const lengthAt = 2;
const lengthKnownFrom = 4;

/**
 * Cuts a stream into packets, which follow each other as they are (RFC 6613 §2.1). What is kept is less than one
 * packet.
 */
export const createFrames = () => {
  let rest: Buffer = Buffer.alloc(0);
  return {
    /** @returns undefined after a length that no packet has: where the next one begins cannot be known */
    push(chunk: Buffer): readonly Buffer[] | undefined {
      const octets = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const packets: Buffer[] = [];
      let at = 0;
      while (octets.length - at >= lengthKnownFrom) {
        const length = octets.readUInt16BE(at + lengthAt);
        if (length < headerOctets || length > maxPacketOctets) return undefined;
        if (octets.length - at < length) break;
        packets.push(octets.subarray(at, at + length));
        at += length;
      }
      // A copy, so that a few octets do not keep a large chunk.
      rest = Buffer.from(octets.subarray(at));
      return packets;
    },
    /** Whether a packet has begun whose end is missing. */
    isHalf: (): boolean => rest.length > 0,
  };
};
