import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newAuthenticator, signReply, signRequest } from '../../../api/radius/authenticator.ts';
import { has, textAttribute, types, without } from '../../../api/radius/attributes.ts';
import type { KnownClient } from '../../../api/radius/clients.ts';
import { readLogin } from '../../../api/radius/login.ts';
import { codes, decodePacket, type ReceivedPacket } from '../../../api/radius/packet.ts';
import { checkPrimary } from '../../../api/radius/primary.ts';

/* An RD Gateway asks about people whom it has checked itself: its requests hold no password, and its NPS decides. */

const secret = Buffer.from('a shared secret of some length');
let target: Socket;
let asked: ReceivedPacket[] = [];
let decides: number;
beforeAll(async () => {
  target = createSocket('udp4');
  target.bind(0, '127.0.0.1');
  await once(target, 'listening');
  target.on('message', (datagram, { port }) => {
    const request = decodePacket(datagram)!;
    asked.push(request);
    const reply = { code: decides, identifier: request.identifier, attributes: [] };
    target.send(signReply(reply, request, secret), port, '127.0.0.1');
  });
});
afterAll(() => void target.close());

test.each([
  ['accepted', codes.accessAccept],
  ['refused', codes.accessReject],
])('a request without a password is %s as the target says', async (kind, code) => {
  decides = code;
  asked = [];
  expect((await checkPrimary(loginOf(true))).kind).toBe(kind);
  expect(asked).toHaveLength(1);
  expect(has(asked[0]!.attributes, types.userPassword)).toBe(false);
});

test("SEC-01 one that anybody may have sent in the gateway's name asks nobody", async () => {
  asked = [];
  expect((await checkPrimary(loginOf(false))).kind).toBe('notSpoken');
  expect(asked).toHaveLength(0);
});

/** What a gateway asks, with or without a proof that it was the gateway. */
const loginOf = (isProven: boolean) => {
  const client = {
    clientId: 'rdgw',
    secret,
    clientIpAttribute: 'callingStationId',
    codeAfterPassword: false,
    servers: [
      {
        serverId: 'nps',
        address: '127.0.0.1',
        port: target.address().port,
        accountingPort: 9,
        timeoutSeconds: 5,
        messageAuthenticator: 'required',
        secret,
      },
    ],
  } as unknown as KnownClient;
  const attributes = [textAttribute(types.userName, 'CORP\\ann')];
  const octets = signRequest({ identifier: 1, attributes }, newAuthenticator(), secret);
  const packet = decodePacket(octets)!;
  const proof = packet.attributes.filter(({ type }) => type === types.messageAuthenticator);
  expect(proof).toHaveLength(1);
  return readLogin({
    client,
    packet: isProven
      ? packet
      : { ...packet, attributes: without(packet.attributes, types.messageAuthenticator) },
    caller: { actor: { kind: 'radiusClient', id: 'rdgw' }, channel: 'radius' },
    key: 'x',
    signal: new AbortController().signal,
    left: () => 5_000,
  });
};
