import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { types } from '../../../api/radius/attributes.ts';
import { codes, decodePacket, encodePacket } from '../../../api/radius/packet.ts';
import { badPackets } from './badPackets.ts';
import { client, handlerWith, peer } from './handlerRig.ts';

test('SEC-01 60 golden packets and more are none', () => {
  expect(badPackets.length).toBeGreaterThanOrEqual(60);
  expect(new Set(badPackets.map(([, octets]) => octets.toString('hex'))).size).toBe(
    badPackets.length,
  );
  const read = badPackets.filter(([, octets]) => decodePacket(octets) !== undefined);
  expect(read.map(([name]) => name)).toEqual([]);
});

test('SEC-01 each of them is counted, and gets no reply, from whoever is trusted most', async () => {
  const off = client({ messageAuthenticator: 'off', mustProve: () => false });
  const { handle, monitor, errors } = handlerWith(off);
  for (const [at, [name, octets]] of badPackets.entries()) {
    const reply = await handle(octets, peer, 'authentication');
    expect([name, reply, monitor.status().dropped.malformed]).toEqual([name, undefined, at + 1]);
  }
  expect(monitor.status().clients[0]?.counters.drop).toBe(badPackets.length);
  expect(errors).toEqual([]);
});

test('SEC-01 what is just inside of the limits is a packet; octets behind it are padding', () => {
  const packet = (attributes: number) =>
    encodePacket({
      code: codes.accessRequest,
      identifier: 7,
      authenticator: Buffer.alloc(16, 1),
      attributes: Array.from({ length: attributes }, () => ({
        type: types.class,
        value: Buffer.alloc(0),
      })),
    });
  const longest = encodePacket({
    code: codes.accessRequest,
    identifier: 7,
    authenticator: Buffer.alloc(16, 1),
    attributes: Array.from({ length: 16 }, (_, at) => ({
      type: types.class,
      value: Buffer.alloc(at === 0 ? 249 : 253),
    })),
  });
  expect(longest.length).toBe(4096);
  for (const good of [packet(0), packet(200), longest]) {
    expect(decodePacket(good)?.octets).toEqual(good);
    expect(decodePacket(Buffer.concat([good, randomBytes(30)]))?.octets).toEqual(good);
  }
});
