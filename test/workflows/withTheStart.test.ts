import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { authenticationStream, activationStream, userStream } from '../../domain/ids.ts';
import { beginUpdate, cancelUpdate, submitCodeUpdate } from '../../workflows/contracts.ts';
import {
  addPerson,
  addTokenHolder,
  changeUser,
  codeOf,
  openInput,
  origin,
  sealForRequest,
} from '../activities/people.ts';
import { toIso } from '../../domain/instants.ts';
import { startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
/** Started while no worker runs, so that start and update arrive in one task, as after a restart. */
beforeEach(async () => void (engine = await startEngine({ idle: true })), 60_000);
afterEach(async () => await engine.stop(), 30_000);

test('a code that comes right with the start of its attempt is taken', async () => {
  const { node, env } = engine;
  const person = await addTokenHolder(node);
  const input = await openInput(node, person);
  const stream = authenticationStream(input.requestId);
  const handle = await engine.start('authentication', stream, input);
  const code = await sealForRequest(
    node,
    input.requestId,
    'code',
    codeOf(person, await env.currentTimeMs()),
  );
  const update = handle.executeUpdate(submitCodeUpdate, { args: [{ code, origin }] });
  engine.work();
  expect((await update).progress.outcome?.code).toBe('APPROVED');
  await handle.result();
  const types = await typesOf(engine, userStream(person.userId));
  expect(types.slice(-3)).toEqual([
    'UserChallengeOpened',
    'UserCodeAccepted',
    'UserChallengeClosed',
  ]);
});

test('an attempt that is cancelled right with its start ends so, once it is on record', async () => {
  const { node } = engine;
  const input = await openInput(node, await addTokenHolder(node));
  const stream = authenticationStream(input.requestId);
  const handle = await engine.start('authentication', stream, input);
  const update = handle.executeUpdate(cancelUpdate, { args: [{ origin }] });
  engine.work();
  expect((await update).outcome?.code).toBe('CALLER_GONE');
  expect((await typesOf(engine, stream)).at(-1)).toBe('AuthenticationCancelled');
});

test('a device that calls while the activation starts reserves the code', async () => {
  const { node, env } = engine;
  const { userId } = await addPerson(node);
  const activationId = randomUUID();
  const expiresAt = toIso((await env.currentTimeMs()) + 600_000);
  await changeUser(node, {
    who: { userId },
    command: { type: 'requestActivation', activationId, routeHash: 'r', expiresAt },
  });
  const stream = activationStream(activationId);
  const handle = await engine.start('activation', stream, { activationId, userId, expiresAt });
  const call = { attempt: 'a1', tokenHash: 'token', routeHash: 'r', waitMs: 500 };
  const update = handle.executeUpdate(beginUpdate, { args: [call] });
  engine.work();
  expect(await update).toEqual({ kind: 'failed' });
  expect(await typesOf(engine, stream)).toEqual([
    'ActivationIssued',
    'ActivationBegun',
    'ActivationAttemptFailed',
  ]);
});
