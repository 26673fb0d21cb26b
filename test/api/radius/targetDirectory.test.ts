import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Directory, PasswordAnswer } from '../../../adapters/directory/port.ts';
import type { Attempt, AuthenticateInput, Commands, Facade } from '../../../api/facade.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { createDialogue } from '../../../api/radius/dialogue.ts';
import { hidePassword } from '../../../api/radius/hiding.ts';
import { readLogin } from '../../../api/radius/login.ts';
import { codes, decodePacket } from '../../../api/radius/packet.ts';
import type { Reply } from '../../../api/radius/replies.ts';
import type { GroupReply } from '../../../domain/items/radius.ts';
import { count, seed } from '../../support/profile.ts';

/* What becomes of a login whose password a directory checks, with a directory that says what the test wants. */

const secret = Buffer.from('a shared secret of some length');
const requestId = '0'.repeat(32);
const replies: readonly GroupReply[] = [
  { group: 'VPN', attributes: [{ name: 'Filter-Id', value: 'staff' }] },
];

type World = {
  readonly answer: PasswordAnswer;
  readonly ends?: readonly Attempt[];
  readonly codeAfterPassword?: boolean;
};
const loginWith = async (password: Buffer, world: World) => {
  const checked: (readonly [string, string])[] = [];
  const asked: AuthenticateInput[] = [];
  const accepted: boolean[] = [];
  const ends = [...(world.ends ?? [{ requestId, state: 'approved', code: 'APPROVED' } as const])];
  const directory: Directory = {
    async checkPassword(username, typed) {
      checked.push([username, typed]);
      return world.answer;
    },
    checkResponse: async () => ({ kind: 'notSpoken', fault: 'not here' }),
    close: async () => undefined,
  };
  const commands: Partial<Commands> = {
    findAttempt: async () => undefined,
    async authenticate(_, input, { waitMs }) {
      asked.push(input);
      return waitMs === 0 ? { requestId, state: 'challenging' } : ends.shift()!;
    },
    awaitAttempt: async () => ends.shift()!,
    noteOf: async () => asked.at(-1)!.note,
  };
  const authenticator = newAuthenticator();
  const attributes = [
    textAttribute(types.userName, 'OTTO'),
    { type: types.userPassword, value: hidePassword(password, authenticator, secret) },
  ];
  const dialogue = createDialogue({
    facade: { commands, queries: {} } as Facade,
    clients: {
      find: async () => undefined,
      findByCertificate: async () => undefined,
      targetSecrets: () => [],
    },
    explainRejects: false,
    pushSeconds: 60,
    onPrimary: (_, was) => accepted.push(was),
    onOldRepetition: () => undefined,
  });
  const reply: Reply | undefined = await dialogue.answer(
    readLogin({
      client: {
        clientId: 'vpn',
        secret,
        addresses: [],
        servers: [],
        directory: { directory, replies, groupOf: async () => undefined },
        requireUserMatch: false,
        fallbackOath: true,
        challengeCapable: true,
        codeAfterPassword: world.codeAfterPassword ?? false,
        clientIpAttribute: 'callingStationId',
        messageAuthenticator: 'required',
        requestsPerSecond: 100,
        mustProve: () => true,
      },
      packet: decodePacket(signRequest({ identifier: 1, attributes }, authenticator, secret))!,
      caller: { actor: { kind: 'radiusClient', id: 'vpn' }, channel: 'radius' },
      key: 'k',
      signal: new AbortController().signal,
      left: () => 30_000,
    }),
  );
  return { reply, checked, asked, accepted };
};
const person = { username: 'otto@example.test', groups: ['CN=VPN,OU=Groups,DC=example,DC=test'] };
const right = { answer: { kind: 'accepted', person } } as const;

describe('a login whose password a directory checks', () => {
  test('goes on under the name that the directory has, and says what the group has', async () => {
    const { reply, checked, asked } = await loginWith(Buffer.from('geheim'), right);
    expect(checked).toEqual([['OTTO', 'geheim']]);
    expect(asked.map(({ username }) => username)).toEqual(['otto@example.test']);
    expect(reply?.code).toBe(codes.accessAccept);
    expect(reply?.attributes).toContainEqual(textAttribute(11, 'staff'));
  });

  test('does so as well when a code is asked for in place of a push that nobody answered', async () => {
    const ends = [
      { requestId, state: 'expired', code: 'NO_RESPONSE' },
      { requestId, state: 'approved', code: 'APPROVED' },
    ] as const;
    const { reply, asked } = await loginWith(Buffer.from('geheim'), { ...right, ends });
    expect(asked.map(({ username, method }) => [username, method])).toEqual([
      ['otto@example.test', undefined],
      ['otto@example.test', 'oath'],
    ]);
    expect(reply?.attributes).toContainEqual(textAttribute(11, 'staff'));
  });

  test('hands the directory the password alone, and the code to us', async () => {
    const { checked, asked } = await loginWith(Buffer.from('grüße123456'), {
      ...right,
      codeAfterPassword: true,
    });
    expect(checked).toEqual([['OTTO', 'grüße']]);
    expect(asked[0]).toMatchObject({ code: '123456' });
  });

  test.each([
    [{ kind: 'refused', reason: 'passwordExpired' }, 'PRIMARY_FAILED', 'the password has expired'],
    [{ kind: 'unresolved', fault: 'no name' }, 'DIRECTORY_ERROR', 'no name'],
    [{ kind: 'unreachable', fault: 'ECONNREFUSED' }, 'DIRECTORY_ERROR', 'ECONNREFUSED'],
  ] as const)('SEC-41 %j is no accept and asks nobody', async (answer, endAs, endBecause) => {
    const { reply, asked } = await loginWith(Buffer.from('geheim'), { answer });
    expect(reply).toEqual({ code: codes.accessReject, attributes: [] });
    expect(asked).toEqual([expect.objectContaining({ username: 'OTTO', endAs, endBecause })]);
  });

  test('SEC-12 whatever reaches the directory is what was typed, octet for octet', async () => {
    const octets = fc
      .oneof(
        fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
        fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
          .map((text) => Buffer.from(text)),
      )
      // Zeros at the end are padding.
      .filter((bytes) => bytes.at(-1) !== 0);
    await fc.assert(
      fc.asyncProperty(octets, async (typed) => {
        const { checked } = await loginWith(typed, right);
        const [, reached] = checked[0] ?? [];
        expect(reached === undefined || Buffer.from(reached).equals(typed)).toBe(true);
      }),
      { numRuns: count(2_000), seed },
    );
  });

  test('noise, as a wrong shared secret makes it, never reaches the directory', async () => {
    for (const noise of [
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from('a\0b'),
      Buffer.from('a\n'),
    ]) {
      const { reply, checked, accepted } = await loginWith(noise, right);
      expect([reply?.code, checked, accepted]).toEqual([codes.accessReject, [], [false]]);
    }
  });
});
