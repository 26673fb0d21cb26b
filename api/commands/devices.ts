import { randomBytes } from 'node:crypto';
import { sha256 } from '../digest.ts';
import { Rejected } from '../../domain/errors.ts';
import { authenticationStream, userStream } from '../../domain/ids.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import { present } from '../../domain/present.ts';
import { answerUpdate } from '../../workflows/contracts.ts';
import { Unavailable, type Caller, type Commands } from '../facade.ts';
import type { CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';
import { userChanger } from './users.ts';

type DeviceCommands = Pick<Commands, 'answerPush' | 'changeDeviceToken' | 'issuePermit'>;

const answeredShownMs = 10 * 60_000;
const permitBytes = 24;

/** A device that acts on its own account. */
export const deviceCaller = (deviceId: string): Caller => ({
  actor: { kind: 'device', id: deviceId },
  channel: 'portal',
});

export const newPermit = (): { permit: string; permitHash: string } => {
  const permit = randomBytes(permitBytes).toString('base64url');
  return { permit, permitHash: sha256(permit) };
};

/** A phone's address is its owner's: it is kept with what the owner's key seals. */
export const sealAddress = async (
  { secrets }: Pick<CommandContext, 'secrets'>,
  userId: string,
  stream: string,
  address: string | undefined,
): Promise<Sealed | undefined> =>
  address === undefined
    ? undefined
    : await secrets.seal({ owner: userKey(userId), stream, field: 'address' }, address);

/** Makes the one-use permit (dosPreventer) that lets a device change its token; undefined for unknown tokens. */
export const permitIssuer = (context: CommandContext) => {
  const change = userChanger(context);
  return async (tokenHash: string): Promise<string | undefined> => {
    const device = await context.views.reader
      .selectFrom('devices')
      .select(['userId', 'deviceId'])
      .where('tokenHash', '=', tokenHash)
      .executeTakeFirst();
    if (!device) return undefined;
    const { permit, permitHash } = newPermit();
    await change(
      deviceCaller(device.deviceId),
      { userId: device.userId },
      { type: 'issuePermit', tokenHash, permitHash },
    );
    return permit;
  };
};

const plainly = (answer: 'notOpen' | 'answered' | 'recorded') => ({ answer, triesLeft: 0 });

/** What an active device says: answers to pushes, and its new token. */
export const deviceCommands = (context: CommandContext): DeviceCommands => {
  const { engine, views, newGuid } = context;
  const change = userChanger(context);
  const permitFor = permitIssuer(context);

  return {
    async answerPush({ guid, tokenHash, ...call }) {
      const challenge = await views.reader
        .selectFrom('challenges')
        .innerJoin('requests', 'requests.requestId', 'challenges.requestId')
        .innerJoin('devices', 'devices.deviceId', 'challenges.deviceId')
        .select(['challenges.requestId', 'requests.userId', 'requests.endedAt', 'requests.state'])
        .where('challenges.guid', '=', guid)
        .where('devices.tokenHash', '=', tokenHash)
        .executeTakeFirst();
      if (!challenge?.requestId) return plainly('notOpen');
      const { requestId, userId, endedAt, state } = challenge;
      if (endedAt !== null)
        return plainly(state === 'expired' ? 'notOpen' : shownAsAnswered(endedAt, context.now()));
      const stream = authenticationStream(requestId);
      const seal = async (field: string, text: string | undefined) =>
        text === undefined || text === ''
          ? undefined
          : await context.secrets.seal({ owner: 'requests', stream, field }, text);
      const answer = present({
        pin: await seal('pin', call.pin),
        number: await seal('number', call.number),
        // An empty new PIN breaks the rules of PINs; it must not turn the change into an approval.
        newPin: await seal('newPin', call.newPin === '' ? ' ' : call.newPin),
        authenticate: call.authenticate,
        guid,
        tokenHash,
        answer: call.answer,
        proof: call.proof,
        signature: call.signature,
        newTokenHash: call.newTokenHash,
        notificationType: call.notificationType,
        appVersion: call.appVersion,
        osVersion: call.osVersion,
        address:
          userId === null ? undefined : await sealAddress(context, userId, stream, call.address),
      });
      const step = newGuid();
      try {
        return await engine.update(stream, answerUpdate, step, answer);
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        const attempt = await context.attempts.read(requestId);
        // The run may end before its word gets out; whether this answer is the one on record, its id says.
        const mine = context.eventId(stream, `${step}/${stream}/0`);
        if (attempt.status === 'ended')
          return plainly(
            (await context.attempts.wasAnsweredBy(requestId, mine)) ? 'recorded' : 'answered',
          );
        // Open on record, so it is about to go on (REL-11): the phone sends its answer again.
        throw new Unavailable('the request is on record, but nothing works on it yet', {
          cause: error,
        });
      }
    },

    async changeDeviceToken(call) {
      const { oldTokenHash, newTokenHash, notificationType, permit, address } = call;
      const device = await views.reader
        .selectFrom('devices')
        .select(['userId', 'deviceId'])
        .where('tokenHash', '=', oldTokenHash)
        .executeTakeFirst();
      if (!device) return false;
      try {
        await change(
          deviceCaller(device.deviceId),
          { userId: device.userId },
          {
            type: 'changeDeviceToken',
            permitHash: sha256(permit),
            oldTokenHash,
            data: present({
              tokenHash: newTokenHash,
              notificationType,
              address: await sealAddress(
                context,
                device.userId,
                userStream(device.userId),
                address,
              ),
            }),
          },
        );
        return true;
      } catch (error) {
        if (error instanceof Rejected) return false;
        throw error;
      }
    },

    issuePermit: async ({ tokenHash }) => await permitFor(tokenHash),
  };
};

/** A device is told for ten minutes that its request was answered (contracts/mobile-app.md 11.2). */
const shownAsAnswered = (endedAt: string, nowMs: number): 'answered' | 'notOpen' =>
  Date.parse(endedAt) + answeredShownMs > nowMs ? 'answered' : 'notOpen';
