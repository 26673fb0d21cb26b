import { describe, expect, test } from '@jest/globals';
import {
  isReplyTo,
  messageAuthenticatorOf,
  signAccountingReply,
} from '../../../api/radius/authenticator.ts';
import { first, textOf, types, addressOf } from '../../../api/radius/attributes.ts';
import { hidePassword, revealPassword } from '../../../api/radius/hiding.ts';
import { decodePacket, encodePacket } from '../../../api/radius/packet.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const secret = Buffer.from('xyzzy5461');

describe('examples of the standards', () => {
  const request = hex(`01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb
    98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee
    04 06 c0 a8 01 10 05 06 00 00 00 03`);
  const accept = hex(`02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2
    06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03`);

  test('RFC 2865 §7.1: the request of nemo is read, and written again as it was', () => {
    const packet = decodePacket(request)!;
    expect(textOf(first(packet.attributes, types.userName))).toBe('nemo');
    expect(addressOf(first(packet.attributes, types.nasIpAddress))).toBe('192.168.1.16');
    const hidden = first(packet.attributes, types.userPassword)!;
    const password = revealPassword(hidden, packet.authenticator, secret)!;
    expect(password.toString()).toBe('arctangent');
    expect(hidePassword(password, packet.authenticator, secret)).toEqual(hidden);
    expect(encodePacket(packet)).toEqual(request);
  });

  test('RFC 2865 §7.1: its accept belongs to it, under its secret alone', () => {
    const asked = decodePacket(request)!;
    const reply = decodePacket(accept)!;
    expect(isReplyTo(reply, asked.authenticator, secret)).toBe(true);
    expect(isReplyTo(reply, asked.authenticator, Buffer.from('xyzzy5462'))).toBe(false);
    const { code, identifier, attributes } = reply;
    expect(signAccountingReply({ code, identifier, attributes }, asked, secret)).toEqual(accept);
  });

  test('RFC 5997 §6.1: a Status-Server proves itself, and its answer belongs to it', () => {
    const packet = decodePacket(
      hex(`0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02 18 5d 06 23
        50 12 5a 66 5e 2e 1e 84 11 f3 e2 43 82 20 97 c8 4f a3`),
    )!;
    expect(messageAuthenticatorOf(packet, secret)).toBe('valid');
    expect(messageAuthenticatorOf(packet, Buffer.from('other'))).toBe('invalid');
    const reply = decodePacket(hex('02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8 b5 41 1d 66'))!;
    expect(isReplyTo(reply, packet.authenticator, secret)).toBe(true);
  });
});
