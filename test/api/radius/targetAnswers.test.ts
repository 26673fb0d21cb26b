import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  messageAuthenticatorOf,
  signAccountingReply,
  signReply,
} from '../../../api/radius/authenticator.ts';
import { first, textAttribute, types } from '../../../api/radius/attributes.ts';
import { codes, decodePacket, type ReceivedPacket } from '../../../api/radius/packet.ts';
import { newProxyState } from '../../../api/radius/state.ts';
import { askTarget } from '../../../api/radius/target.ts';
import { count } from '../../support/profile.ts';

/* A target on loopback, with others about who know all that it says. */

const secret = Buffer.from('a secret between us and the target');
const filterId = 11;
let target: Socket;
let strangers: readonly Socket[];
const heard: { readonly octets: Buffer; readonly from: RemoteInfo }[] = [];

const socketAt = async (address: string): Promise<Socket> => {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
};

/** Everything that looks like an answer and is none, then the answer. */
const answersTo = (asked: ReceivedPacket) => {
  const proxyState = {
    type: types.proxyState,
    value: first(asked.attributes, types.proxyState) ?? Buffer.alloc(0),
  };
  const says = (text: string) => [textAttribute(filterId, text), proxyState];
  const { identifier } = asked;
  const code = codes.accessAccept;
  const right = signReply({ code, identifier, attributes: says('right') }, asked, secret);
  const another = { authenticator: Buffer.alloc(16, 7) };
  const foreign = [...says('foreign'), { ...proxyState, value: newProxyState(secret) }];
  const wrong = [
    signReply({ code, identifier: identifier ^ 1, attributes: says('id') }, asked, secret),
    signReply(
      { code: codes.accountingResponse, identifier, attributes: says('code') },
      asked,
      secret,
    ),
    signReply({ code, identifier, attributes: says('secret') }, asked, Buffer.from('another')),
    signReply({ code, identifier, attributes: says('request') }, another, secret),
    signAccountingReply({ code, identifier, attributes: says('no proof') }, asked, secret),
    signReply({ code, identifier, attributes: foreign }, asked, secret),
    right.subarray(0, right.length - 1),
    Buffer.from(right).fill(1, 4, 20),
  ];
  const stolen = signReply({ code, identifier, attributes: says('stolen') }, asked, secret);
  return { right, wrong, stolen };
};

beforeAll(async () => {
  target = await socketAt('127.0.0.1');
  strangers = [await socketAt('127.0.0.1'), await socketAt('127.0.0.2')];
  target.on('message', (octets, from) => {
    heard.push({ octets, from });
    const { right, wrong, stolen } = answersTo(decodePacket(octets)!);
    const send = (socket: Socket, reply: Buffer) =>
      new Promise((resolve) => socket.send(reply, from.port, from.address, resolve));
    void (async () => {
      for (const stranger of strangers) await send(stranger, stolen);
      for (const reply of [...wrong, right]) await send(target, reply);
    })();
  });
});
afterAll(() => {
  for (const socket of [target, ...strangers]) socket.close();
});

test('SEC-06 of all that looks like an answer, the one of the target itself counts', async () => {
  const { address, port } = target.address();
  const server = {
    serverId: 'one',
    address,
    port,
    accountingPort: port,
    timeoutSeconds: 60,
    messageAuthenticator: 'required',
    secret,
  } as const;
  const { signal } = new AbortController();
  for (let run = count(400); run > 0; run -= 1) {
    const asked = await askTarget([server], () => [textAttribute(types.userName, 'ann')], {
      signal,
    });
    expect(first(asked!.reply.attributes, filterId)?.toString()).toBe('right');
  }
});

test('SEC-06 each request begins with its proof, and neither its authenticator nor its port is one of before', () => {
  expect(heard).toHaveLength(count(400));
  for (const { octets } of heard) {
    expect(octets[20]).toBe(types.messageAuthenticator);
    expect(messageAuthenticatorOf(decodePacket(octets)!, secret)).toBe('valid');
  }
  const authenticators = heard.map(({ octets }) => octets.subarray(4, 20).toString('hex'));
  expect(new Set(authenticators).size).toBe(heard.length);
  // The system picks ports at random; a few may be picked again.
  expect(new Set(heard.map(({ from }) => from.port)).size).toBeGreaterThan(heard.length * 0.8);
});
