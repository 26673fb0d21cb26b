import { describe, expect, test } from '@jest/globals';
import type { Attempt } from '../../../api/facade.ts';
import { codes, decodePacket } from '../../../api/radius/packet.ts';
import { messageAuthenticatorOf } from '../../../api/radius/authenticator.ts';
import { mutate, pick, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { captures, captureSecret } from './captures.ts';
import { approved, client, handlerWith, peer } from './handlerRig.ts';

/** What a packet may cost, in all but one of a hundred. */
const mostMs = 1;
const patienceMs = 900_000;

/** What mutations put in: the shortest forms of what the codec looks for. */
const tokens = [
  '\x50\x12',
  '\x02\x12',
  '\x4f\x06',
  '\x1a\x0c',
  '\x01\x00',
  '\x18\x22\x01',
  '\xff',
  '',
];

describe('mutated captures', () => {
  test('the captures are requests of radclient and eapol_test, proven where they are', () => {
    for (const { name, octets, proven } of captures) {
      const packet = decodePacket(octets)!;
      expect([name, packet.octets.length]).toEqual([name, octets.length]);
      if (packet.code === codes.accountingRequest) continue;
      const expected = proven ? 'valid' : 'absent';
      expect([name, messageAuthenticatorOf(packet, captureSecret)]).toEqual([name, expected]);
    }
  });

  test(
    'SEC-01 of a client that proves itself: no reply, no error, and each at once',
    async () => {
      const { handle, errors, monitor } = handlerWith(client({ secret: captureSecret }));
      const random = randomOf(seed);
      const spent = new Float64Array(count(1_000_000));
      let replies = 0;
      let skipped = 0;
      for (let run = 0; run < spent.length; run += 1) {
        const { kind, octets, proven } = pick(random, captures);
        const datagram = mutate(octets, random, tokens);
        // What stands behind a packet is padding, so such a mutation is the packet itself.
        if (proven && decodePacket(datagram)?.octets.equals(octets)) {
          skipped += 1;
          continue;
        }
        // The thread's own time: a busy machine counts for nothing.
        const from = process.threadCpuUsage();
        if (await handle(datagram, peer, kind)) replies += 1;
        const { user, system } = process.threadCpuUsage(from);
        spent[run] = (user + system) / 1_000;
      }
      expect({ replies, errors }).toEqual({ replies: 0, errors: [] });
      const dropped = Object.values(monitor.status().dropped).reduce((sum, one) => sum + one, 0);
      expect(dropped).toBe(spent.length - skipped);
      expect(skipped).toBeLessThan(spent.length / 5);
      const p99 = spent.toSorted()[Math.floor(spent.length * 0.99)];
      expect(p99).toBeLessThanOrEqual(mostMs);
    },
    patienceMs,
  );

  test('SEC-01 of a client of before all proof: no error, and no accept', async () => {
    const off = client({
      secret: captureSecret,
      messageAuthenticator: 'off',
      mustProve: () => false,
    });
    const refused: Attempt = { ...approved, state: 'denied', code: 'USER_DENIED' };
    const no = async () => refused;
    const { handle, errors } = handlerWith(off, {
      authenticate: no,
      awaitAttempt: no,
      submitTicket: no,
    });
    const random = randomOf(seed);
    // Whether anybody is there is answered with an accept.
    const requests = captures.filter(({ octets }) => octets[0] !== codes.statusServer);
    const seen = new Set<number>();
    for (let run = count(40_000); run > 0; run -= 1) {
      const { kind, octets } = pick(random, requests);
      const reply = await handle(mutate(octets, random, tokens), peer, kind);
      if (reply) seen.add(reply[0]!);
    }
    expect(errors).toEqual([]);
    expect([...seen]).toContain(codes.accessReject);
    expect([...seen]).not.toContain(codes.accessAccept);
  });
});
