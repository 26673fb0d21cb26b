import { expect, test } from '@jest/globals';
import {
  authenticatorResponse,
  challengeHash,
  mppeKeys,
  readChap2,
} from '../../../api/radius/chap2.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { vendorAttribute } from '../../../api/radius/attributes.ts';
import { protocolOf } from '../../../api/radius/login.ts';
import { decodePacket } from '../../../api/radius/packet.ts';
import { ntHash, ntHashHash, ntResponse } from '../../e2e/support/ntPassword.ts';

/* RFC 2759 §9.2 and what FreeRADIUS makes of the same exchange. */

const challenge = Buffer.from('5b5d7c7d7b3f2f3e3c2c602132262628', 'hex');
const peerChallenge = Buffer.from('21402324255e262a28295f2b3a337c7e', 'hex');
const response = Buffer.from('82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df', 'hex');
const whole = Buffer.concat([Buffer.from([7, 0]), peerChallenge, Buffer.alloc(8), response]);
const exchange = readChap2({ challenge, response: whole, username: Buffer.from('CORP\\User') });
const hashHash = Buffer.from('41c00c584bd2d91c4017a2a12fa59f3f', 'hex');

test('SEC-13 the exchange of RFC 2759: its challenge, its proof, its keys', () => {
  expect(exchange).toEqual({
    identifier: 7,
    challenge,
    peerChallenge,
    response,
    username: Buffer.from('User'),
  });
  expect(challengeHash(exchange).toString('hex')).toBe('d02e4386bce91226');
  expect(authenticatorResponse(exchange, hashHash)).toBe(
    'S=407A5589115FD0D6209F510FE9C04566932CDA56',
  );
  const { send, receive } = mppeKeys(exchange, hashHash);
  expect(send.toString('hex')).toBe('8b7cdc149b993a1ba118cb153f56dccb');
  expect(receive.toString('hex')).toBe('d5f0e9521e3ea9589645e86051c82226');
});

test('SEC-13 a response of 50 octets without flags, to a challenge of 16: nothing else is MS-CHAPv2', () => {
  const protocolWith = (octets: Buffer, asked: Buffer) =>
    protocolOf(
      decodePacket(
        signRequest(
          {
            identifier: 1,
            attributes: [
              vendorAttribute({ vendor: 311, type: 11, value: asked }),
              vendorAttribute({ vendor: 311, type: 25, value: octets }),
            ],
          },
          newAuthenticator(),
          Buffer.from('secret'),
        ),
      )!,
    );
  expect(protocolWith(whole, challenge)).toBe('MS-CHAPv2');
  const flagged = Buffer.from(whole);
  flagged[1] = 1;
  const others: readonly (readonly [Buffer, Buffer])[] = [
    [flagged, challenge],
    [whole.subarray(1), challenge],
    [Buffer.concat([whole, Buffer.alloc(1)]), challenge],
    [Buffer.alloc(0), challenge],
    [whole, challenge.subarray(1)],
    [whole, Buffer.concat([challenge, challenge])],
    [whole, Buffer.alloc(0)],
  ];
  for (const [octets, asked] of others) expect(protocolWith(octets, asked)).toBeUndefined();
});

test("the person's side of the tests agrees with the RFC", () => {
  const password = 'clientPass';
  expect(ntHash(password).toString('hex')).toBe('44ebba8d5312b8d611474411f56989ae');
  expect(ntHashHash(password)).toEqual(hashHash);
  expect(ntResponse({ challenge, peerChallenge, username: 'User', password })).toEqual(response);
});
