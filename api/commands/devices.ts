import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Rejected } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events.ts';
import { activationStream, authenticationStream, userStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { hintedDrift, stepAt } from '../../domain/otpWindow.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import {
  abandonSignal,
  answerUpdate,
  beginUpdate,
  completeUpdate,
  validateUpdate,
} from '../../workflows/contracts.ts';
import type { BeginActivation, Caller, Commands, DeviceCall, Waiting } from '../facade.ts';
import { defined, shown, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';
import { userChanger } from './users.ts';

type DeviceCommands = Pick<
  Commands,
  | 'createActivation'
  | 'beginActivation'
  | 'validateDevice'
  | 'confirmActivation'
  | 'answerPush'
  | 'changeDeviceToken'
  | 'issuePermit'
>;

const codeDigits = 9;
const confirmationDigits = 16;
const confirmWithinMs = 5 * 60_000;
const answeredShownMs = 10 * 60_000;
const codeStepSeconds = 30;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Uniform decimal digits, the first one not 0 (contracts/mobile-app.md section 4). */
const digits = (count: number): string =>
  [randomInt(1, 10), ...Array.from({ length: count - 1 }, () => randomInt(10))].join('');

export const deviceCommands = (context: CommandContext): DeviceCommands => {
  const { engine, secrets, views, newGuid } = context;
  const change = userChanger(context);

  /** The code itself is never kept: its keyed hash is the activation's name. */
  const activationIdOf = (code: string): string =>
    secrets.hash('activationCode', code).slice(0, 32);

  const deviceActor = (deviceId: string, address: string | undefined): Caller =>
    defined({
      actor: { kind: 'device', id: deviceId } satisfies Actor,
      channel: 'portal' as const,
      address,
    }) as Caller;

  const sealedAddress = async (
    userId: string | null,
    stream: string,
    { address }: Pick<DeviceCall, 'address'>,
  ): Promise<Sealed | undefined> =>
    address === undefined || userId === null
      ? undefined
      : await secrets.seal({ owner: userKey(userId), stream, field: 'address' }, address);

  const accountOf = async (userId: string) => {
    const user = await views.reader
      .selectFrom('users')
      .select(['username', 'objectId'])
      .where('userId', '=', userId)
      .executeTakeFirst();
    const deployment = await views.reader
      .selectFrom('deployment')
      .selectAll()
      .executeTakeFirstOrThrow();
    return { user, deployment };
  };

  const permitFor = async (tokenHash: string): Promise<string | undefined> => {
    const device = await views.reader
      .selectFrom('devices')
      .select(['userId', 'deviceId'])
      .where('tokenHash', '=', tokenHash)
      .executeTakeFirst();
    if (!device) return undefined;
    const permit = randomBytes(24).toString('base64url');
    await change(
      deviceActor(device.deviceId, undefined),
      { userId: device.userId },
      { type: 'issuePermit', tokenHash, permitHash: sha256(permit) },
    );
    return permit;
  };

  /** Waits for the device, and frees the code at once if the caller goes away meanwhile. */
  const reserve = async (
    call: BeginActivation,
    activationId: string,
    { waitMs, signal }: Waiting,
  ) => {
    const attempt = newGuid();
    const stream = activationStream(activationId);
    const abandon = () => void engine.signal(stream, abandonSignal, { attempt }).catch(() => {});
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      const routeHash = call.routeSegment === undefined ? undefined : sha256(call.routeSegment);
      const { tokenHash } = call;
      const begin = defined({ attempt, tokenHash, routeHash, waitMs });
      const begun = await engine.update(stream, beginUpdate, attempt, begin as never);
      return { attempt, stream, begun };
    } finally {
      signal?.removeEventListener('abort', abandon);
    }
  };

  return {
    async createActivation(caller, username) {
      const settings = await context.queries.getSettings();
      const code = digits(codeDigits);
      const activationId = activationIdOf(code);
      const segment = randomBytes(16).toString('base64url');
      const expiresAt = toIso(context.now() + Number(settings['activationCodeMinutes']) * 60_000);
      await change(
        caller,
        { username },
        { type: 'requestActivation', activationId, routeHash: sha256(segment), expiresAt },
      );
      const base = String(settings['mobileAppUrl'] || context.mobileAppUrl()).replace(/\/+$/, '');
      const url = `${base}/a/${segment}`;
      const link = `phonefactor://activate_account?code=${code}&url=${encodeURIComponent(url)}`;
      return { activationId, code, url, link, expiresAt };
    },

    async beginActivation(call, waiting) {
      // Activation without push ends with a code typed in the portal, which is not there yet.
      if (call.codesOnly) return { kind: 'notAllowed' };
      const activationId = activationIdOf(call.code);
      try {
        const { attempt, stream, begun } = await reserve(call, activationId, waiting);
        if (begun.kind !== 'validated') return { kind: begun.kind };
        const { userId, deviceId } = begun;
        const { user, deployment } = await accountOf(userId);
        const settings = await context.queries.getSettings();
        const oathSecret = settings['oathInApp'] === true ? context.newOathSecret() : undefined;
        const confirmationCode = digits(confirmationDigits);
        const place = (field: string) => ({
          owner: userKey(userId),
          stream: userStream(userId),
          field,
        });
        const now = context.now();
        await engine.update(
          stream,
          completeUpdate,
          newGuid(),
          defined({
            attempt,
            name: await secrets.seal(place('name'), call.deviceName),
            tokenHash: call.tokenHash,
            appVersion: call.appVersion ?? '',
            oathSecret:
              oathSecret === undefined
                ? undefined
                : await secrets.seal(place('oathSecret'), oathSecret),
            confirmationHash: secrets.hash('confirmationCode', confirmationCode),
            confirmBy: toIso(now + confirmWithinMs),
            drift: hintedDrift(call.oathCounter, stepAt(now, codeStepSeconds)),
          }) as never,
        );
        await shown(context, await context.events.head());
        return defined({
          kind: 'activated' as const,
          username: user?.username ?? '',
          tenantId: deployment.tenantId,
          objectId: user?.objectId ?? '',
          confirmationCode,
          oathSecret,
          deviceId,
          groupKey: deployment.groupKey,
        }) as never;
      } catch (error) {
        if (error instanceof NotRunning || error instanceof Rejected) return { kind: 'failed' };
        throw error;
      }
    },

    async validateDevice({ guid, valid, wantsPermit, ...call }) {
      const challenge = await views.reader
        .selectFrom('challenges')
        .select(['activationId'])
        .where('guid', '=', guid)
        .where('kind', '=', 'validate')
        .where('tokenHash', '=', call.tokenHash)
        .executeTakeFirst();
      if (!challenge?.activationId) return { kind: 'notOpen' };
      const { activationId } = challenge;
      const activation = await views.reader
        .selectFrom('activations')
        .select(['userId', 'guid', 'state'])
        .where('activationId', '=', activationId)
        .executeTakeFirst();
      const { tokenHash, appVersion, osVersion } = call;
      const answer = defined({ guid, tokenHash, valid, appVersion, osVersion });
      try {
        const stream = activationStream(activationId);
        const fits = await engine.update(stream, validateUpdate, newGuid(), answer as never);
        if (!fits) return { kind: activation?.guid === guid ? 'answered' : 'notOpen' };
      } catch (error) {
        if (error instanceof NotRunning) return { kind: 'notOpen' };
        throw error;
      }
      const { user, deployment } = await accountOf(activation!.userId);
      const settings = await context.queries.getSettings();
      const permit = wantsPermit ? await permitFor(tokenHash) : undefined;
      return defined({
        kind: 'recorded' as const,
        groupKey: deployment.groupKey,
        accountName: String(settings['accountName'] || deployment.companyName),
        username: user?.username ?? '',
        permit,
      }) as never;
    },

    async confirmActivation(confirmationCode, address) {
      const confirmationHash = secrets.hash('confirmationCode', confirmationCode);
      const device = await views.reader
        .selectFrom('devices')
        .select(['userId', 'deviceId'])
        .where('confirmationHash', '=', confirmationHash)
        .executeTakeFirst();
      if (!device) return undefined;
      const { userId, deviceId } = device;
      try {
        const caller = deviceActor(deviceId, address);
        await change(caller, { userId }, { type: 'confirmDevice', confirmationHash });
        return { deviceId };
      } catch (error) {
        if (error instanceof Rejected) return undefined;
        throw error;
      }
    },

    async answerPush({ guid, tokenHash, ...call }) {
      const challenge = await views.reader
        .selectFrom('challenges')
        .innerJoin('requests', 'requests.requestId', 'challenges.requestId')
        .innerJoin('devices', 'devices.deviceId', 'challenges.deviceId')
        .select(['challenges.requestId', 'requests.userId', 'requests.endedAt', 'requests.state'])
        .where('challenges.guid', '=', guid)
        .where('devices.tokenHash', '=', tokenHash)
        .executeTakeFirst();
      if (!challenge?.requestId) return 'notOpen';
      const { requestId, userId, endedAt, state } = challenge;
      if (endedAt !== null)
        return state === 'expired' ? 'notOpen' : shownAsAnswered(endedAt, context.now());
      const stream = authenticationStream(requestId);
      const answer = defined({
        guid,
        tokenHash,
        answer: call.answer,
        proof: call.proof,
        newTokenHash: call.newTokenHash,
        notificationType: call.notificationType,
        appVersion: call.appVersion,
        osVersion: call.osVersion,
        address: await sealedAddress(userId, stream, call),
      });
      try {
        return await engine.update(stream, answerUpdate, newGuid(), answer as never);
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        const attempt = await context.attempts.read(requestId);
        return attempt.status === 'ended' ? 'answered' : 'notOpen';
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
          deviceActor(device.deviceId, address),
          { userId: device.userId },
          {
            type: 'changeDeviceToken',
            permitHash: sha256(permit),
            oldTokenHash,
            data: { tokenHash: newTokenHash, notificationType },
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
