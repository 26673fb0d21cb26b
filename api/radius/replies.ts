import type { ResultCode } from '../../domain/results.ts';
import {
  all,
  first,
  microsoft,
  microsoftTypes,
  textAttribute,
  types,
  vendorAttribute,
  vendorValue,
} from './attributes.ts';
import type { Login } from './login.ts';
import { codes, octetsOf, type Attribute, type ReceivedPacket } from './packet.ts';
import { restoreAttributes } from './passThrough.ts';
import { writeTicket } from './state.ts';

/** A reply without what makes it fit its request. */
export type Reply = { readonly code: number; readonly attributes: readonly Attribute[] };

const maxAttributeOctets = 4096 - 20 - 18;

/** Proxy-State follows unchanged and in order (RFC 2865 §5.33); nothing else of a request comes back (SEC-07). */
export const withProxyState = (reply: Reply, { attributes }: ReceivedPacket): Reply => {
  const echoed = all(attributes, types.proxyState).map((value) => ({
    type: types.proxyState,
    value,
  }));
  const whole = { ...reply, attributes: [...reply.attributes, ...echoed] };
  // Whoever fills a packet with Proxy-State gets the answer without what has no room.
  return octetsOf(whole.attributes) <= maxAttributeOctets
    ? whole
    : {
        code: reply.code === codes.accessAccept ? codes.accessReject : reply.code,
        attributes: echoed,
      };
};

/** Class names the attempt, so that accounting finds it (RFC 2865 §5.25). */
export const accept = (login: Login, requestId: string, note: string | undefined): Reply => ({
  code: codes.accessAccept,
  attributes: [
    ...(note === undefined
      ? []
      : restoreAttributes(note, {
          authenticator: login.packet.authenticator,
          secret: login.client.secret,
        })),
    textAttribute(types.class, requestId),
  ],
});

export const challenge = (prompt: string, ticket: string): Reply => ({
  code: codes.accessChallenge,
  attributes: [
    textAttribute(types.replyMessage, prompt),
    { type: types.state, value: writeTicket(ticket) },
  ],
});

export const relay = (attributes: readonly Attribute[]): Reply => ({
  code: codes.accessChallenge,
  attributes,
});

/** EAP says so itself, or a supplicant waits on (RFC 3748 §4.2); so does MS-CHAPv2 (RFC 2759 §6). */
const failureOf = ({ packet: { attributes }, protocol }: Login): readonly Attribute[] => {
  const eap = first(attributes, types.eapMessage);
  if (protocol === 'EAP' && eap !== undefined && eap.length > 1)
    return [{ type: types.eapMessage, value: Buffer.from([4, eap[1]!, 0, 4]) }];
  if (protocol !== 'MS-CHAPv2') return [];
  const response = vendorValue(attributes, microsoft, microsoftTypes.chap2Response);
  const value = Buffer.concat([
    Buffer.from([response?.[0] ?? 0]),
    Buffer.from('E=691 R=0 V=3', 'latin1'),
  ]);
  return [vendorAttribute({ vendor: microsoft, type: microsoftTypes.chapError, value })];
};

const explained: Partial<Readonly<Record<ResultCode, string>>> = {
  NO_RESPONSE: 'The request was not answered in time.',
  USER_DENIED: 'The request was denied.',
  NO_METHOD: 'There is no way to ask you on this connection.',
  THROTTLED: 'Too many requests: try again later.',
  WRONG_CODE: 'The code was wrong.',
  CODE_REUSED: 'The code has been used: wait for the next one.',
  CODE_RETRY_LIMIT: 'The code was wrong too often.',
  CODE_EXPIRED: 'The code came too late.',
};

export const reject = (
  login: Login,
  options: {
    readonly said?: readonly Attribute[];
    /** Told to the person where the deployment wants so. */
    readonly because?: ResultCode | undefined;
  } = {},
): Reply => {
  const said = options.said ?? [];
  const text = options.because && explained[options.because];
  return {
    code: codes.accessReject,
    attributes: [
      ...(said.length > 0 ? said : failureOf(login)),
      ...(text === undefined ? [] : [textAttribute(types.replyMessage, text)]),
    ],
  };
};
