import { randomUUID } from 'node:crypto';
import type { Progress } from '../../domain/inputs.ts';
import { newId } from '../../adapters/ids.ts';
import { activationStream, authenticationStream, userStream } from '../../domain/ids.ts';
import {
  systemActor,
  type ChangeUser,
  type Changed,
  type OpenAttempt,
} from '../../domain/inputs.ts';
import { toIso } from '../../domain/instants.ts';
import { stepAt } from '../../domain/otpWindow.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import type { Method, Preferences } from '../../domain/methods.ts';
import { otp, pins, runIn, type Node, type World } from './world.ts';

export const origin = { actor: systemActor };

export type Person = {
  readonly userId: string;
  readonly name: string;
  readonly usernameKey: string;
  /** Base32 seed of the token, or of the phone. */
  readonly seed: string;
};

export const changeUser = async (
  node: Node,
  change: Pick<ChangeUser, 'who' | 'command' | 'newUserId'>,
  step = `change-${randomUUID()}`,
): Promise<Changed> =>
  await runIn(step, node.activities.change, { kind: 'user', origin, ...change }, step);

export const addPerson = async (node: Node, name = `jo-${randomUUID()}`): Promise<Person> => {
  const userId = newId();
  const usernameKey = node.secrets.hash('username', name);
  const place = { owner: userKey(userId), stream: userStream(userId), field: 'username' };
  const username = await node.secrets.seal(place, name);
  const data = {
    username,
    usernameKey,
    enabled: true,
    method: 'app',
    appMode: 'standard',
    objectId: randomUUID(),
    source: 'manual',
  } as const;
  await changeUser(node, {
    who: { usernameKey },
    newUserId: userId,
    command: { type: 'add', data },
  });
  return { userId, name, usernameKey, seed: otp.generateSecret() };
};

const sealFor = async (node: Node, { userId, seed }: Person, field: string): Promise<Sealed> =>
  await node.secrets.seal({ owner: userKey(userId), stream: userStream(userId), field }, seed);

/** Somebody with a hardware token. */
export const addTokenHolder = async (node: Node, name?: string): Promise<Person> => {
  const person = await addPerson(node, name);
  const secret = await sealFor(node, person, 'secret');
  const data = {
    tokenId: `token-${person.userId}`,
    serial: 'S1',
    secret,
    digits: 6,
    periodSeconds: 30,
  };
  await changeUser(node, {
    who: { userId: person.userId },
    command: { type: 'assignToken', data },
  });
  return person;
};

export type Phone = { readonly deviceId: string; readonly tokenHash: string };

/** The whole life of an activation, by the steps that its workflow takes. */
export const activate = async (
  node: Node,
  { clock }: Pick<World, 'clock'>,
  person: Person,
  more: { readonly publicKey?: string; readonly typesSixDigits?: boolean } = {},
): Promise<Phone> => {
  const { activities } = node;
  const activationId = randomUUID();
  const id = activationStream(activationId);
  const expiresAt = toIso(clock.nowMs + 600_000);
  await changeUser(node, {
    who: { userId: person.userId },
    command: { type: 'requestActivation', activationId, routeHash: 'route', expiresAt },
  });
  const tokenHash = `token-${activationId}`;
  const attempt = randomUUID();
  const begun = await runIn(id, activities.beginActivation, {
    activationId,
    step: 'begin',
    attempt,
    tokenHash,
    waitMs: 1_000,
  });
  if (begun.kind !== 'reserved') throw new Error(begun.kind);
  const reserved = await runIn(id, activities.readActivation, { activationId });
  const guid = 'guid' in reserved ? reserved.guid : '';
  await runIn(id, activities.validateActivation, {
    activationId,
    step: 'validate',
    guid,
    tokenHash,
    valid: true,
  });
  const confirmationHash = `confirmation-${activationId}`;
  await runIn(id, activities.completeActivation, {
    activationId,
    step: 'complete',
    attempt,
    name: await sealFor(node, person, 'name'),
    tokenHash,
    appVersion: '1',
    oathSecret: await sealFor(node, person, 'oathSecret'),
    confirmationHash,
    confirmBy: expiresAt,
    drift: 0,
    ...more,
  });
  await changeUser(node, {
    who: { userId: person.userId },
    command: { type: 'confirmDevice', confirmationHash },
  });
  return { deviceId: begun.deviceId, tokenHash };
};

/** The code that the person's token shows, some steps from now. */
export const codeOf = ({ seed }: Person, nowMs: number, offset = 0): string =>
  otp.codeAt(seed, stepAt(nowMs, 30) + offset, 6);

export const sealForRequest = async (
  node: Node,
  requestId: string,
  field: string,
  text: string,
): Promise<Sealed> =>
  await node.secrets.seal(
    { owner: 'requests', stream: authenticationStream(requestId), field },
    text,
  );

export const openInput = async (
  node: Node,
  person: Pick<Person, 'usernameKey'>,
  more: {
    code?: string;
    username?: string;
    initiatingIp?: string;
    requestId?: string;
    originKey?: string;
  } = {},
): Promise<OpenAttempt> => {
  const requestId = more.requestId ?? newId();
  const { code, username, initiatingIp } = more;
  return {
    requestId,
    who: { usernameKey: person.usernameKey },
    application: 'VPN',
    callerId: 'caller',
    originKey: more.originKey ?? `origin-${requestId}`,
    channel: 'sdk',
    requireUserMatch: true,
    origin: { ...origin, correlationId: requestId },
    ...(code === undefined ? {} : { code: await sealForRequest(node, requestId, 'code', code) }),
    ...(username === undefined
      ? {}
      : { username: await sealForRequest(node, requestId, 'username', username) }),
    ...(initiatingIp === undefined
      ? {}
      : { initiatingIp: await sealForRequest(node, requestId, 'initiatingIp', initiatingIp) }),
  };
};

export const open = async (node: Node, input: OpenAttempt): Promise<Progress> =>
  await runIn(authenticationStream(input.requestId), node.activities.openAttempt, input);

/** Long enough not to stand in a log of ciphertexts by chance. */
export const pinOfPeople = '8046270913';

/** Somebody who is called or texted. */
export const callable = async (
  node: Node,
  method: Method,
  more: {
    readonly backup?: boolean;
    readonly pin?: boolean;
    readonly preferences?: Partial<Preferences>;
  } = {},
): Promise<Person> => {
  const person = await addPerson(node);
  const { userId } = person;
  const seal = async (field: string, text: string) =>
    await node.secrets.seal({ owner: userKey(userId), stream: userStream(userId), field }, text);
  const phone = async (which: 'primary' | 'backup', text: string) => ({
    which,
    masked: '+1 XXX',
    phone: await seal(which === 'primary' ? 'phone' : 'backupPhone', text),
    phoneKey: which,
  });
  await changeUser(node, {
    who: { userId },
    command: {
      type: 'update',
      data: {},
      method: { method },
      phones: [
        await phone('primary', '+1 5552580147'),
        ...(more.backup ? [await phone('backup', '+49 301234567')] : []),
      ],
      preferences: more.preferences ?? {},
    },
  });
  if (more.pin)
    await changeUser(node, {
      who: { userId },
      command: {
        type: 'setPin',
        pinHash: await seal('pinHash', await pins.hash(pinOfPeople)),
        changeRequired: false,
        by: 'user',
      },
    });
  return person;
};
