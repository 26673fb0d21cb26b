import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { types } from '../../../api/radius/attributes.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { codes, encodePacket, type Attribute } from '../../../api/radius/packet.ts';
import type { Pair } from './certificates.ts';

/* Packets that are as large as RADIUS takes them, of the shapes that a reader likes least; no answer is waited for. */

const maxOctets = 4_096;
const mostLength = 253;
const headOctets = 20 + 18;
const settleMs = 20;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** So many attributes of a type and length as fit into a packet. */
const filledWith = (type: number, octets: number): readonly Attribute[] => {
  const number = Math.min(190, Math.floor((maxOctets - headOctets) / (octets + 2)));
  return Array.from({ length: number }, () => ({ type, value: Buffer.alloc(octets, 'a') }));
};

const shapes: Readonly<Record<string, readonly Attribute[]>> = {
  'many small attributes': filledWith(types.proxyState, 18),
  'few large attributes': filledWith(types.proxyState, mostLength),
  'many names': filledWith(types.userName, mostLength),
  'long passwords': filledWith(types.userPassword, 128),
  'many States': filledWith(types.state, 66),
  'EAP in pieces': filledWith(types.eapMessage, mostLength),
};

const packetsFor = (secretText: string): readonly (readonly [string, Buffer])[] => {
  const secret = Buffer.from(secretText, 'latin1');
  return Object.entries(shapes).flatMap(([name, attributes]) => {
    const authenticator = newAuthenticator();
    const unproven = encodePacket({
      code: codes.accessRequest,
      identifier: 1,
      authenticator,
      attributes,
    });
    return [
      [name, signRequest({ identifier: 1, attributes }, authenticator, secret)],
      [`${name}, unproven`, unproven],
      [`${name}, cut`, unproven.subarray(0, unproven.length - 1)],
    ] as const;
  });
};

export type WorstSent = { readonly name: string; readonly send: () => Promise<void> };

export const worstDatagrams = (to: string, secret: string): readonly WorstSent[] =>
  packetsFor(secret).map(([name, octets]) => ({
    name: `RADIUS: ${name}`,
    async send() {
      const socket = createSocket('udp4');
      socket.send(octets, Number(to.split(':').at(-1)), '127.0.0.1');
      await pause(settleMs);
      socket.close();
    },
  }));

/** Of a client that has proved who it is; the last of them are more than one packet at a time. */
export const worstFrames = (to: string, ca: string, { cert, key }: Pair): readonly WorstSent[] => {
  const packets = packetsFor('radsec');
  const longHead = Buffer.from([codes.accessRequest, 1, 0xff, 0xff]);
  const many = Buffer.concat(Array.from({ length: 100 }, () => packets[0]![1]));
  const inputs: readonly (readonly [string, Buffer])[] = [
    ...packets,
    ['a length beyond all', Buffer.concat([longHead, Buffer.alloc(65_536)])],
    ['a hundred packets at once', many],
    ['nothing but zeros', Buffer.alloc(1_000_000)],
  ];
  return inputs.map(([name, octets]) => ({
    name: `RadSec: ${name}`,
    async send() {
      const port = Number(to.split(':').at(-1));
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, cert, key });
      socket.on('error', () => {});
      await once(socket, 'secureConnect');
      // A server that refuses may end the connection while we still speak.
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.write(octets, () => resolve());
      });
      await pause(settleMs);
      socket.destroy();
    },
  }));
};
