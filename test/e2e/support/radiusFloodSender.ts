import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { below, randomOf } from '../../support/fuzz.ts';

/*
 * Sends junk to a RADIUS port at a steady rate, from many addresses of this machine, and says how much it has sent:
 * node radiusFloodSender.ts <address> <port> <packets a second> <seconds> <seed>
 */

const [address = '', port, rate, seconds, seed] = process.argv.slice(2);
const perMs = Number(rate) / 1_000;
const sources = 20;
const tickMs = 2;

const random = randomOf(Number(seed));
const octets = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(random, 256)));

/** Half of it looks like a request as far as its header. */
const junk = Array.from({ length: 512 }, (_, at) => {
  const packet = octets(below(random, 300));
  if (at % 2 === 0 || packet.length < 20) return packet;
  packet[0] = 1;
  packet.writeUInt16BE(packet.length, 2);
  return packet;
});

const sockets = await Promise.all(
  Array.from({ length: sources }, async (_, at) => {
    const socket = createSocket('udp4');
    socket.bind(0, `127.8.0.${at + 1}`);
    await once(socket, 'listening');
    return socket;
  }),
);

const from = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const elapsed = performance.now() - from;
  for (const due = elapsed * perMs; sent < due; sent += 1)
    sockets[sent % sources]!.send(junk[sent % junk.length]!, Number(port), address);
  if (elapsed < Number(seconds) * 1_000) return;
  clearInterval(timer);
  process.stdout.write(`${JSON.stringify({ sent, elapsedMs: elapsed })}\n`, () => {
    for (const socket of sockets) socket.close();
  });
}, tickMs);
