import { randomBytes, randomInt } from 'node:crypto';
import type { Directory, PasswordAnswer, Refusal } from '../../adapters/directory/port.ts';
import type { GroupReply } from '../../domain/items/radius.ts';
import {
  first,
  microsoft,
  microsoftTypes,
  types,
  vendorAttribute,
  vendorValue,
} from './attributes.ts';
import { authenticatorResponse, challengeHash, mppeKeys, readChap2, type Chap2 } from './chap2.ts';
import { hideSalted } from './hiding.ts';
import type { Login } from './login.ts';
import type { Attribute } from './packet.ts';
import { keepAttributes } from './passThrough.ts';
import type { Primary } from './primaryAnswer.ts';
import { repliesFor } from './replyAttributes.ts';
import { isTyped, splitCode } from './typedPassword.ts';

/** A target that is a directory and not a RADIUS server. */
export type DirectoryTarget = {
  readonly directory: Directory;
  readonly replies: readonly GroupReply[];
  /** The group that the list of people has somebody in. */
  groupOf(username: string): Promise<string | undefined>;
};

const because: Readonly<Record<Refusal, string>> = {
  wrongPassword: 'the password is wrong',
  notFound: 'the directory knows nobody of this name',
  emptyPassword: 'the password is empty',
  passwordExpired: 'the password has expired',
  mustChangePassword: 'the password must be changed',
  accountDisabled: 'the account is disabled',
  accountExpired: 'the account has expired',
  accountLocked: 'the account is locked',
  notAtThisTime: 'the account may not log in at this time',
  notFromHere: 'the account may not log in from here',
};

const refused = (reason: string): Primary => ({
  kind: 'refused',
  attributes: [],
  because: reason,
});

type Failure = Exclude<PasswordAnswer, { kind: 'accepted' }>;

const failed = (answer: Failure): Primary => {
  switch (answer.kind) {
    case 'refused':
      return refused(because[answer.reason]);
    case 'unresolved':
    case 'unreachable':
      return { kind: 'unreachable', because: answer.fault };
  }
};

type Hop = { readonly authenticator: Buffer; readonly secret: Buffer };

/** There is no such hop: what is hidden for it is revealed again at once, to be sealed. */
const noteOf = (username: string, make: (hop: Hop) => readonly Attribute[]): string => {
  const hop = { authenticator: randomBytes(16), secret: randomBytes(16) };
  return keepAttributes(make(hop), hop, username);
};

/** Proof and keys of an accept (RFC 2548 §2.3.3, §2.4); encryption is allowed, with keys of 40 or 128 bits. */
const encryptionPolicy = { type: 7, value: Buffer.from([0, 0, 0, 1]) };
const encryptionTypes = { type: 8, value: Buffer.from([0, 0, 0, 6]) };

const saltsFrom = 0x8000;
const saltsTo = 0xffff;

const ofMicrosoft = (type: number, value: Buffer): Attribute =>
  vendorAttribute({ vendor: microsoft, type, value });

const chap2Attributes = (
  exchange: Chap2,
  passwordHashHash: Buffer,
  hop: Hop,
): readonly Attribute[] => {
  const { send, receive } = mppeKeys(exchange, passwordHashHash);
  // Each salt of a packet is another one (RFC 2548 §2.4.2).
  const number = randomInt(saltsFrom, saltsTo);
  const hidden = (plain: Buffer, at: number): Buffer => {
    const salt = Buffer.alloc(2);
    salt.writeUInt16BE(number + at, 0);
    return hideSalted({ salt, plain }, hop.authenticator, hop.secret);
  };
  const proof = authenticatorResponse(exchange, passwordHashHash);
  return [
    ofMicrosoft(
      microsoftTypes.chap2Success,
      Buffer.concat([Buffer.from([exchange.identifier]), Buffer.from(proof, 'latin1')]),
    ),
    ofMicrosoft(encryptionPolicy.type, encryptionPolicy.value),
    ofMicrosoft(encryptionTypes.type, encryptionTypes.value),
    ofMicrosoft(microsoftTypes.mppeSendKey, hidden(send, 0)),
    ofMicrosoft(microsoftTypes.mppeRecvKey, hidden(receive, 1)),
  ];
};

const repliesTo = async (
  target: DirectoryTarget,
  { username, groups }: { readonly username: string; readonly groups: readonly string[] },
): Promise<readonly Attribute[]> => {
  if (target.replies.length === 0) return [];
  const own = await target.groupOf(username);
  return repliesFor(target.replies, own === undefined ? groups : [own, ...groups]);
};

const byPassword = async (login: Login, target: DirectoryTarget): Promise<Primary> => {
  const typed = login.password;
  if (typed === undefined || !isTyped(typed)) return refused('the password cannot be read');
  const { password, code } = login.client.codeAfterPassword
    ? splitCode(typed)
    : { password: typed, code: undefined };
  const answer = await target.directory.checkPassword(login.username, password.toString('utf8'));
  if (answer.kind !== 'accepted') return failed(answer);
  const attributes = await repliesTo(target, answer.person);
  return {
    kind: 'accepted',
    username: answer.person.username,
    note: noteOf(answer.person.username, () => attributes),
    ...(code === undefined ? {} : { code }),
  };
};

const byResponse = async (login: Login, target: DirectoryTarget): Promise<Primary> => {
  const { attributes } = login.packet;
  // Their lengths have made this packet one of MS-CHAPv2 at all.
  const exchange = readChap2({
    challenge: vendorValue(attributes, microsoft, microsoftTypes.chapChallenge)!,
    response: vendorValue(attributes, microsoft, microsoftTypes.chap2Response)!,
    username: first(attributes, types.userName)!,
  });
  const answer = await target.directory.checkResponse(login.username, {
    challenge: challengeHash(exchange),
    response: exchange.response,
  });
  if (answer.kind === 'notSpoken') return { kind: 'notSpoken', because: answer.fault };
  if (answer.kind !== 'accepted') return failed(answer);
  const { person, passwordHashHash } = answer;
  const replies = await repliesTo(target, person);
  return {
    kind: 'accepted',
    username: person.username,
    note: noteOf(person.username, (hop) => [
      ...replies,
      ...chap2Attributes(exchange, passwordHashHash, hop),
    ]),
  };
};

/** A password or a response that a directory checks (spec/40 'Target'). */
export const byDirectory = async (login: Login, target: DirectoryTarget): Promise<Primary> => {
  switch (login.protocol) {
    case 'PAP':
      return await byPassword(login, target);
    case 'MS-CHAPv2':
      return await byResponse(login, target);
    default:
      return {
        kind: 'notSpoken',
        because:
          login.protocol === 'none'
            ? 'the request has no password'
            : `${login.protocol} is not for a directory`,
      };
  }
};
