import { has, types, without } from './attributes.ts';
import { byDirectory } from './directoryTarget.ts';
import { hidePassword } from './hiding.ts';
import type { Login } from './login.ts';
import { codes, type Attribute } from './packet.ts';
import { keepAttributes } from './passThrough.ts';
import type { Primary } from './primaryAnswer.ts';
import { wrapState } from './state.ts';
import { askTarget, type Asked } from './target.ts';
import { isTyped, splitCode } from './typedPassword.ts';

export type TargetRound = { readonly server: number; readonly state: Buffer };

const codeAlone = /^\d{6,18}$/;

/** Second factor only: the client has checked the password itself, or there is none (spec/40 'Target'). */
const withoutTarget = ({ client, password, protocol }: Login): Primary => {
  if (protocol !== 'PAP' && protocol !== 'none') return { kind: 'notSpoken' };
  if (protocol === 'none' || password?.length === 0) return { kind: 'accepted' };
  if (!password || !isTyped(password)) return { kind: 'refused', attributes: [] };
  const text = password.toString('utf8');
  if (codeAlone.test(text)) return { kind: 'accepted', code: text };
  const { code } = client.codeAfterPassword ? splitCode(password) : {};
  return { kind: 'accepted', ...(code === undefined ? {} : { code }) };
};

/** What a target's reject says to a supplicant; all else that is said to the client is our own. */
const saidByReject = (attributes: readonly Attribute[]): readonly Attribute[] =>
  attributes.filter(({ type }) => type === types.eapMessage);

const relayed = ({ client }: Login, { reply, server }: Asked): Primary => {
  const state = reply.attributes.find(({ type }) => type === types.state);
  const wrapped = state && wrapState(client.secret, server, state.value);
  if (state && !wrapped) return { kind: 'unreachable' };
  const attributes = without(
    reply.attributes,
    types.messageAuthenticator,
    types.proxyState,
    types.state,
  );
  return {
    kind: 'relay',
    attributes: [...attributes, ...(wrapped ? [{ type: types.state, value: wrapped }] : [])],
  };
};

const byTarget = async (
  login: Login,
  servers: NonNullable<Login['client']['servers']>,
  round: TargetRound | undefined,
): Promise<Primary> => {
  const { client, packet, protocol } = login;
  if (protocol === 'CHAP') return { kind: 'notSpoken' };
  // Without any proof of a person, the target alone knows whether it may answer: an RD Gateway has checked them itself. The
  // request must prove then that it is the client's; nothing else in it does.
  if (protocol === 'none' && !has(packet.attributes, types.messageAuthenticator))
    return { kind: 'notSpoken' };
  if (protocol === 'PAP' && login.password === undefined)
    return { kind: 'refused', attributes: [] };
  const typed = login.password ?? Buffer.alloc(0);
  // An answer within the target's own dialogue is for the target alone.
  const { password, code } =
    client.codeAfterPassword && round === undefined ? splitCode(typed) : { password: typed };
  const passed = without(
    packet.attributes,
    types.messageAuthenticator,
    types.proxyState,
    types.state,
    types.userPassword,
  );
  const asked = await askTarget(
    servers,
    ({ secret }, authenticator) => [
      ...passed,
      ...(protocol === 'PAP'
        ? [{ type: types.userPassword, value: hidePassword(password, authenticator, secret) }]
        : []),
      ...(round ? [{ type: types.state, value: round.state }] : []),
    ],
    { only: round?.server, signal: login.signal },
  );
  if (!asked) return { kind: 'unreachable' };
  const { reply, server, authenticator } = asked;
  if (reply.code === codes.accessReject)
    return { kind: 'refused', attributes: saidByReject(reply.attributes) };
  if (reply.code === codes.accessChallenge) return relayed(login, asked);
  const { secret } = servers[server]!;
  // What a person reads is our own text alone (SEC-07).
  const said = without(reply.attributes, types.replyMessage);
  const note = keepAttributes(said, { authenticator, secret });
  return { kind: 'accepted', note, ...(code === undefined ? {} : { code }) };
};

/** The password, before anybody is asked for a second factor (spec/40 'Flow' 2). */
export const checkPrimary = async (login: Login, round?: TargetRound): Promise<Primary> => {
  const { servers, directory } = login.client;
  if (directory !== undefined) return await byDirectory(login, directory);
  return servers === undefined ? withoutTarget(login) : await byTarget(login, servers, round);
};
