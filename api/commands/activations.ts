import { webcrypto } from 'node:crypto';
import { sha256 } from '../digest.ts';
import { isPublicKey } from '../../domain/deviceKeys.ts';
import { Rejected } from '../../domain/errors.ts';
import { activationStream, userStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { hintedDrift, stepAt } from '../../domain/otpWindow.ts';
import { userKey } from '../../domain/sealed.ts';
import { present } from '../../domain/present.ts';
import {
  abandonSignal,
  beginUpdate,
  completeUpdate,
  validateUpdate,
} from '../../workflows/contracts.ts';
import type { BeginActivation, Commands, Waiting } from '../facade.ts';
import { shown, type CommandContext } from './context.ts';
import { deviceCaller, newPermit, sealAddress } from './devices.ts';
import { NotRunning } from './engine.ts';
import { userChanger } from './users.ts';

type ActivationCommands = Pick<
  Commands,
  'createActivation' | 'beginActivation' | 'validateDevice' | 'confirmActivation'
>;

const codeDigits = 9;
const confirmationDigits = 16;
const confirmWithinMs = 5 * 60_000;
const codeStepSeconds = 30;

/** Bytes from here on are not as many for each digit. */
const uniformBytes = 250;

/** Uniform decimal digits, the first one not 0 (contracts/mobile-app.md section 4). */
const digitsFrom = (randomBytes: CommandContext['randomBytes'], count: number): string => {
  let text = '';
  while (text.length < count)
    for (const byte of randomBytes(2 * count)) {
      const isUsable = byte < uniformBytes && text.length < count;
      if (isUsable && (text !== '' || byte % 10 !== 0)) text += String(byte % 10);
    }
  return text;
};

/** From a code to a working device (contracts/mobile-app.md section 5). */
export const activationCommands = (context: CommandContext): ActivationCommands => {
  const { engine, secrets, views, newGuid } = context;
  const change = userChanger(context);
  const digits = (count: number): string => digitsFrom(context.randomBytes, count);

  /** The code itself is never kept: its keyed hash is the activation's name. */
  const activationIdOf = (code: string): string =>
    secrets.hash('activationCode', code).slice(0, 32);

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
      const begin = present({ attempt, tokenHash, routeHash, waitMs });
      const begun = await engine.update(stream, beginUpdate, attempt, begin);
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
      const segment = context.randomBytes(16).toString('base64url');
      const expiresAt = toIso(context.now() + Number(settings['activationCodeMinutes']) * 60_000);
      await change(
        caller,
        { username },
        { type: 'requestActivation', activationId, routeHash: sha256(segment), expiresAt },
      );
      const [issued] = await context.events.readStream(activationStream(activationId), 0, 1);
      const base = String(settings['mobileAppUrl'] || context.mobileAppUrl()).replace(/\/+$/, '');
      const url = `${base}/a/${segment}`;
      const link = `phonefactor://activate_account?code=${code}&url=${encodeURIComponent(url)}`;
      // A repeat has not made it any younger.
      const ends = issued?.type === 'ActivationIssued' ? issued.data.expiresAt : expiresAt;
      return { activationId, code, url, link, expiresAt: ends };
    },

    async beginActivation(call, waiting) {
      // Activation without push ends with a code typed in the portal, which is not there yet.
      if (call.codesOnly) return { kind: 'notAllowed' };
      const { publicKey, typesSixDigits } = call;
      // A key that can sign nothing would make a device that can answer nothing.
      if (publicKey !== undefined && !(await isPublicKey(webcrypto.subtle, publicKey)))
        return { kind: 'failed' };
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
          present({
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
            drift: hintedDrift(call.oathCounter, stepAt(context.wallNow(), codeStepSeconds)),
            address: await sealAddress(context, userId, userStream(userId), call.address),
            publicKey,
            typesSixDigits,
          }),
        );
        await shown(context, await context.events.head());
        return present({
          kind: 'activated' as const,
          username: user?.username ?? '',
          tenantId: deployment.tenantId,
          objectId: user?.objectId ?? '',
          confirmationCode,
          oathSecret,
          deviceId,
          groupKey: deployment.groupKey,
        });
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
      const made = wantsPermit ? newPermit() : undefined;
      const permitHash = made?.permitHash;
      const answer = present({ guid, tokenHash, valid, permitHash, appVersion, osVersion });
      try {
        const stream = activationStream(activationId);
        const fits = await engine.update(stream, validateUpdate, newGuid(), answer);
        if (!fits) return { kind: activation?.guid === guid ? 'answered' : 'notOpen' };
      } catch (error) {
        if (error instanceof NotRunning) return { kind: 'notOpen' };
        throw error;
      }
      const { user, deployment } = await accountOf(activation!.userId);
      const settings = await context.queries.getSettings();
      return present({
        kind: 'recorded' as const,
        groupKey: deployment.groupKey,
        accountName: String(settings['accountName'] || deployment.companyName),
        username: user?.username ?? '',
        permit: made?.permit,
      });
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
        const command = present({
          type: 'confirmDevice' as const,
          confirmationHash,
          address: await sealAddress(context, userId, userStream(userId), address),
        });
        await change(deviceCaller(deviceId), { userId }, command);
        return { deviceId };
      } catch (error) {
        if (error instanceof Rejected) return undefined;
        throw error;
      }
    },
  };
};
