import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { newAuthenticator } from '../api/radius/authenticator.ts';
import { types } from '../api/radius/attributes.ts';
import { codes, encodePacket } from '../api/radius/packet.ts';
import { interleave, type Findings, type Measure } from './measure.ts';
import { withFolder } from './support/folder.ts';
import { closedLoop } from './support/load.ts';
import {
  loginOf,
  openNas,
  radiusOtpCaller,
  secret,
  startRadiusServer,
  type Nas,
  type RadiusServer,
} from './support/radius.ts';
import { seedUsers } from './support/seeding.ts';

const clients = 8;
const people = 8_000;
const known = '127.0.0.1';
const stranger = '127.0.0.77';
const warmUpSeconds = 4;
/** Packets until the server is asked whether it is through with them. */
const batch = 64;
const leastRatio = 20;
const proofAt = 22;

/** Asks the server whether it is there: the answer comes after everything that was sent before has been looked at. */
const statusServer = (): Buffer => {
  const octets = encodePacket({
    code: codes.statusServer,
    identifier: 0,
    authenticator: newAuthenticator(),
    attributes: [{ type: types.messageAuthenticator, value: Buffer.alloc(16) }],
  });
  createHmac('md5', secret).update(octets).digest().copy(octets, proofAt);
  return octets;
};

/** Packets that nobody is answered to, by the reason that the server counts them under. */
const refused = {
  unknownClient: { address: stranger, key: secret },
  badAuthenticator: { address: known, key: Buffer.from('another secret') },
} as const;

/** Refused packets a second, as the server itself has counted them. */
const refusedRate = async (
  server: RadiusServer,
  { from, probe }: { readonly from: Nas; readonly probe: Nas },
  reason: keyof typeof refused,
  seconds: number,
): Promise<number> => {
  const packets = Array.from({ length: batch }, (_, at) =>
    loginOf({ username: `user${at}@example.org`, password: '123456' }, at, refused[reason].key),
  );
  const before = (await server.dropped())[reason] ?? 0;
  const start = performance.now();
  const until = start + seconds * 1_000;
  while (performance.now() < until) {
    for (const octets of packets) from.send(octets);
    await probe.answer(statusServer());
  }
  const elapsed = (performance.now() - start) / 1_000;
  return (((await server.dropped())[reason] ?? 0) - before) / elapsed;
};

/** Packets of an unknown client, and packets with a wrong proof, beside logins with a code at the same server. */
export const radiusRefused: Measure = ({ rounds, seconds, seed, say }) =>
  withFolder(async (folder) => {
    const data = join(folder, 'data');
    const seeded = await seedUsers(data, { count: people, seed });
    const server = await startRadiusServer(data);
    try {
      await server.addClient(known);
      const caller = await radiusOtpCaller(server, seeded, { address: known, clients });
      const { call } = caller;
      const probe = await openNas(server.radiusPort, known);
      await closedLoop({ clients, seconds: warmUpSeconds, call });
      const findings: Findings[] = [];
      for (const reason of ['unknownClient', 'badAuthenticator'] as const) {
        const from = await openNas(server.radiusPort, refused[reason].address);
        await refusedRate(server, { from, probe }, reason, 1);
        const measured = await interleave(
          rounds,
          {
            ours: () => refusedRate(server, { from, probe }, reason, seconds),
            bare: async () => (await closedLoop({ clients, seconds, call })).perSecond,
          },
          (round, number) =>
            say(`round ${number}: ${round.ours.toFixed(0)}/s, logins ${round.bare.toFixed(1)}/s`),
        );
        from.close();
        findings.push({
          measure: `refused RADIUS packets, ${reason}`,
          unit: 'packets/s',
          rounds: measured,
          target: { of: 'ratio', least: leastRatio },
        });
      }
      probe.close();
      caller.close();
      return findings;
    } finally {
      await server.stop();
    }
  });
