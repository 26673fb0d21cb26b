import { webcrypto } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readPadRequest } from '../../../api/pad/readRequest.ts';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import { readPfPaWsRequest, writePfPaWsRequest } from '../../../api/soap/pfPaWsCodec.ts';
import { newDeviceKey } from '../../../domain/deviceKeys.ts';

/* What our app adds to the messages of contracts/mobile-app.md, and what becomes of a message without it. */

const activation = {
  op: 'ActivateNew',
  activationCode: '417206935',
  deviceToken: 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi',
  deviceName: 'a phone',
} as const;

describe('SEC-49 an activation', () => {
  test('SEC-49 carries the key, and is the published message without it', async () => {
    const { publicKey } = await newDeviceKey(webcrypto.subtle);
    const ours = { ...activation, publicKey, typesSixDigits: true } as const;
    const written = writePfPaWsRequest(ours);
    expect(readPfPaWsRequest(written, undefined)).toEqual({ kind: 'request', request: ours });
    const original = writePfPaWsRequest(activation);
    expect(written.replace(/<PublicKey>.*<\/TypesSixDigits>/, '')).toBe(original);
    const { request } = readPfPaWsRequest(original, undefined) as { request: object };
    expect(request).toEqual(activation);
  });

  test.each([
    ['<PublicKey>x</PublicKey>'],
    ['<PublicKey/>'],
    [`<PublicKey>${'A'.repeat(87)}</PublicKey><PublicKey>${'A'.repeat(87)}</PublicKey>`],
    ['<TypesSixDigits>true</TypesSixDigits><TypesSixDigits>true</TypesSixDigits>'],
  ])('SEC-49 with %s is refused as malformed', (more) => {
    const written = writePfPaWsRequest(activation);
    const changed = written.replace('</activationParams>', `${more}</activationParams>`);
    expect(readPfPaWsRequest(changed, undefined)).toMatchObject({
      kind: 'refused',
      errorCode: 9001,
    });
  });
});

describe('SEC-49 an answer', () => {
  const answer = {
    message: 'phoneAppAuthenticationResultRequest',
    version: '1.6',
    requestId: '0f7d2c1e-6a0b-4d52-8f43-9a1b2c3d4e5f',
    language: 'en',
    context: {
      guid: 'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
      oathCode: '',
      deviceToken: activation.deviceToken,
      version: '1.4.0',
      osVersion: '14',
      needDosPreventer: false,
    },
    authenticationResult: 1,
  } as const;
  const signature = 'A'.repeat(86);
  const written = writePadRequest({ ...answer, context: { ...answer.context, signature } });

  test('SEC-49 carries the signature, and is the published message without it', () => {
    expect(readPadRequest(written)).toMatchObject({ request: { context: { signature } } });
    const original = written.replace(/<signature>.*<\/signature>/, '');
    expect(original).toBe(writePadRequest(answer));
    expect(JSON.stringify(readPadRequest(original))).not.toContain('signature');
  });

  test('SEC-49 with two signatures, or with what is none, is refused as malformed', () => {
    for (const wrong of [
      `<signature>${signature}</signature>`.repeat(2),
      '<signature>!</signature>',
    ])
      expect(
        readPadRequest(written.replace(`<signature>${signature}</signature>`, wrong)),
      ).toMatchObject({ kind: 'refused', refusal: { errorId: 9001 } });
  });
});
