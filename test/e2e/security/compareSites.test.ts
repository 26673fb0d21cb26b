import { expect, test } from '@jest/globals';
import { dirname } from 'node:path';
import { isLiteral, nodesOf, sourcesIn, written } from '../support/syntax.ts';

/* Where secrets meet what somebody sent, and how they are compared. */

const folders = ['api', 'activities', 'adapters', 'runtime', 'domain', 'server'];
/** Words that name a secret, or what is made from one. */
const secretWord =
  /hash|proof|permit|token|passw|secret|(?:^|[a-z.])code$|^codes?$|digest|mac$|signature|seed|pin$/i;
/** Ends of names that only count, name or time such a thing. */
const harmlessEnd =
  /\.(?:length|size|kind|status|type|state|name|tokenId|codesOnly|exitCode|statusCode|signalCode|errorCode|errcode)$|\(\)$|tokenId$|(?:[eE]xit|[eE]rror|[sS]tatus|[sS]ignal)Code$/;

/*
 * Compares with === that are in order. Each hash here is SHA-256 of a random value of 128 bits or more, or HMAC-SHA-256
 * under a key that stays with us: a guesser chooses the value, not the bytes of its hash, and a hash that the time of
 * === gave away bit by bit would still open nothing.
 */
const randomHash = 'SHA-256 of a random value of at least 128 bits';
const keyedHash = 'HMAC-SHA-256 under a key of the master key';
const notSecret = 'no secret: a fixed word of the protocol, or the name of an error';
const fraudCode =
  'no secret: one code for the whole company, told in every call; whoever keys it in reports their own login';
const listed: Readonly<Record<string, string>> = {
  'activities: routeHash ~ state.routeHash': randomHash,
  'activities: state.tokenHash ~ tokenHash': randomHash,
  'activities: device.tokenHash ~ input.tokenHash': randomHash,
  'activities: input.newTokenHash ~ input.tokenHash':
    'both from one call: whether a device changes its own token',
  'adapters/eventStore: BinaryExpression ~ code': notSecret,
  'adapters/eventStore: zodSchema ~ resultCode': 'no secret: the schema of the codes of results',
  'adapters/secrets: error.code ~ code': notSecret,
  'adapters/views: error.code ~ lockNotAvailable': notSecret,
  'activities: device.tokenHash ~ token': 'both on record: whether two people share a device',
  'activities: digits ~ around.settings.fraudCode': fraudCode,
  'domain: digits ~ code': fraudCode,
  'api/telephony: createHash().update().digest() ~ hash':
    'no secret: whether a recording is still the one that was uploaded',
  'api/commands: begun.inputHash ~ open.inputHash': keyedHash,
  'api/pad: newDeviceToken ~ context.deviceToken':
    'both from one message: whether a device changes its own token',
  'api/radius: packet.code ~ codes.accessRequest': notSecret,
  'api/radius: packet.code ~ codes.accountingRequest': notSecret,
  'api/radius: packet.code ~ codes.statusServer': notSecret,
  'api/radius: reply.code ~ codes.accessAccept': notSecret,
  'api/radius: reply.code ~ codes.accessChallenge': notSecret,
  'api/radius: reply.code ~ codes.accessReject': notSecret,
  'api/radius: reply.code ~ codes.accountingResponse': notSecret,
  'api/radius: type ~ types.tunnelPassword': 'no secret: the number of an attribute',
  'api/soap: request.deviceToken ~ noDeviceToken': notSecret,
  'api/soap: deviceToken ~ noDeviceToken': notSecret,
  'domain: token.holder ~ userId': 'no secret: ids of people',
  'domain/user: hash ~ codeHash': 'both on record: which recovery code was used',
  'domain/approval: vote.hash ~ hash':
    'no secret: the digest of a request, which each of its approvers is shown',
  'domain/userRules: d.tokenHash ~ command.oldTokenHash': randomHash,
  'domain/userRules: d.tokenHash ~ command.tokenHash': randomHash,
  'domain/userRules: device.permitHash ~ command.permitHash': randomHash,
  'domain/userRules: d.confirmationHash ~ confirmationHash': keyedHash,
};

const equality: ReadonlySet<unknown> = new Set(['===', '!==', '==', '!=']);
const isSecret = (operand: unknown): boolean => {
  const text = written(operand);
  const last = text.split('.').at(-1) ?? '';
  return (secretWord.test(last) || secretWord.test(text)) && !harmlessEnd.test(text);
};

const files = folders.flatMap(sourcesIn);

const compareSites = (): readonly string[] => {
  const sites = files.flatMap((path) =>
    nodesOf(path)
      .filter(({ type, operator }) => type === 'BinaryExpression' && equality.has(operator))
      .filter(({ left, right }) => !isLiteral(left) && !isLiteral(right))
      .filter(({ left, right }) => isSecret(left) || isSecret(right))
      .map(({ left, right }) => `${dirname(path)}: ${written(left)} ~ ${written(right)}`),
  );
  return [...new Set(sites)].toSorted();
};

test('SEC-34 no secret is compared with === or == outside of the list', () => {
  expect(compareSites()).toEqual(Object.keys(listed).toSorted());
});

/** Look-ups by a hash: the index walks over bytes that the caller cannot choose. */
const lookUps: readonly string[] = [
  'api/commands: confirmationHash',
  'api/commands: devices.tokenHash',
  'api/commands: tokenHash',
  'api/queries: challenges.tokenHash',
  'api/queries: devices.tokenHash',
  'api/queries: secretHash',
];

test('SEC-34 stored secrets are looked up by their hash alone', () => {
  const found = files.flatMap((path) =>
    nodesOf(path).flatMap(({ type, callee, arguments: args }) => {
      if (type !== 'CallExpression' || !written(callee).endsWith('.where')) return [];
      const [column] = (args as { expression: unknown }[]).map(({ expression }) =>
        written(expression),
      );
      return column !== undefined && secretWord.test(column) && !harmlessEnd.test(column)
        ? [`${dirname(path)}: ${column}`]
        : [];
    }),
  );
  expect([...new Set(found)].toSorted()).toEqual(lookUps.toSorted());
});

/** Where equal lengths are certain, and why. */
const sha256OfBoth = 'both operands are SHA-256 made in this file';
const constantTime: Readonly<Record<string, string>> = {
  'activities/sameText.ts': sha256OfBoth,
  'adapters/backup/erasedList.ts': 'a MAC of 32 octets, its length is looked at before',
  'adapters/backup/manifest.ts': 'a MAC of 32 octets, its length is looked at before',
  'adapters/otp/otplib.ts': sha256OfBoth,
  'adapters/pins/argon2.ts': 'the tag is computed in the length of the stored one',
  'api/commands/logins.ts': 'the pattern of a ticket, which is looked at before, fixes its length',
  'api/pad/http.ts': sha256OfBoth,
  'api/queries/credentials.ts':
    'SHA-256 against 32 stored bytes, or 32 zeros where others are stored',
  'api/radius/authenticator.ts':
    'digests of MD5 against 16 octets, which the packet reader has checked',
  'api/radius/state.ts': 'tags of 16 octets, lengths are looked at before',
  'api/rest/authenticate.ts': 'SHA-256 against 32 bytes, checked at the start',
  'api/soap/negotiate/kerberosCrypto.ts':
    'both cut to the length that the kind of key has; a shorter text was refused before',
  'api/telephony/signatures.ts': sha256OfBoth,
  'api/tokenFiles/pskcKeys.ts': 'lengths are compared before: that of a MAC is known to all',
  'runtime/adminToken.ts': sha256OfBoth,
};

test('SEC-34 every constant-time compare has operands of one length', () => {
  const found = files.filter((path) =>
    nodesOf(path).some(
      ({ type, callee }) => type === 'CallExpression' && written(callee) === 'timingSafeEqual',
    ),
  );
  expect(found.toSorted()).toEqual(Object.keys(constantTime).toSorted());
});

test('SEC-34 the search itself finds what it is to find', () => {
  const names = ['secretHash', 'proof', 'permitHash', 'input.code', 'password', 'tokenHash'];
  for (const name of names) {
    const [object, property] = name.split('.');
    const identifier = (value: string | undefined) => ({ type: 'Identifier', value });
    const node =
      property === undefined
        ? identifier(object)
        : { type: 'MemberExpression', object: identifier(object), property: identifier(property) };
    expect([name, isSecret(node)]).toEqual([name, true]);
  }
});
