import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { activationStream, authenticationStream, userStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import type { Sealed } from '../../domain/sealed.ts';
import {
  answerUpdate,
  beginUpdate,
  completeUpdate,
  validateUpdate,
} from '../../workflows/contracts.ts';
import { addPerson } from '../activities/people.ts';
import { attemptsIn } from './attempts.ts';
import { type Engine } from './engine.ts';

export const minuteMs = 60_000;

/** A code of somebody, its device and its server, on the engine of the moment. */
export const activationsIn = (engine: () => Engine) => {
  const { changeUser } = attemptsIn(engine);
  const tokenHash = 'token';

  /** A person with a code that was issued, and what a device and its server do with it. */
  const issue = async (userId?: string) => {
    const owner = userId ?? (await addPerson(engine().node)).userId;
    const activationId = randomUUID();
    const stream = activationStream(activationId);
    const expiresAt = toIso((await engine().env.currentTimeMs()) + 10 * minuteMs);
    await changeUser(
      { userId: owner },
      { type: 'requestActivation', activationId, routeHash: 'route', expiresAt },
    );
    const handle = engine().client.workflow.getHandle(stream);
    const confirmationHash = `confirmation-${activationId}`;
    return {
      userId: owner,
      activationId,
      stream,
      handle,
      begin: async (attempt: string, waitMs = 30_000) =>
        await handle.executeUpdate(beginUpdate, {
          updateId: attempt,
          args: [{ attempt, tokenHash, routeHash: 'route', waitMs }],
        }),
      /** The device's answer to the newest call. */
      validate: async (valid = true) => {
        const { data } = await engine().onRecord(stream, 'ActivationBegun');
        return await handle.executeUpdate(validateUpdate, {
          args: [{ guid: data.guid, tokenHash, valid }],
        });
      },
      complete: async (attempt: string) =>
        await handle.executeUpdate(completeUpdate, {
          args: [
            {
              attempt,
              name: 's1:a:b' as Sealed,
              tokenHash,
              appVersion: '1',
              confirmationHash,
              drift: 0,
              confirmBy: toIso((await engine().env.currentTimeMs()) + 10 * minuteMs),
            },
          ],
        }),
      confirm: async () =>
        await changeUser({ userId: owner }, { type: 'confirmDevice', confirmationHash }),
    };
  };

  const activated = async (): Promise<Awaited<ReturnType<typeof issue>>> => {
    const code = await issue();
    const [begun] = await Promise.all([code.begin('a1'), code.validate()]);
    expect(begun).toMatchObject({ kind: 'validated', userId: code.userId });
    expect(await code.complete('a1')).toBe(true);
    return code;
  };

  /** The push of the test sign-in. */
  const testPush = async (userId: string) => {
    const opened = await engine().onRecord(userStream(userId), 'UserChallengeOpened');
    const stream = authenticationStream(opened.data.requestId);
    const { data } = await engine().onRecord(stream, 'AuthenticationChallengeSent');
    const handle = engine().client.workflow.getHandle(stream);
    return async (answer: 'approve' | 'deny') =>
      (
        await handle.executeUpdate(answerUpdate, {
          args: [{ guid: data.devices[0]!.guid, tokenHash, answer }],
        })
      ).answer;
  };

  return { issue, activated, testPush };
};
