import type { CodeMatch } from '../domain/attemptCodes.ts';
import type { Context } from '../domain/attemptEnding.ts';
import type { ChallengedDevice } from '../domain/events.ts';
import { userStream } from '../domain/ids.ts';
import { stepAt } from '../domain/otpWindow.ts';
import { userKey, type Sealed } from '../domain/sealed.ts';
import { usableOathSources, type OathSource } from '../domain/user.ts';
import type { Ports } from './ports.ts';

/** The arithmetic on secrets: what it finds, the domain decides. */
export const codeMatcher = ({ secrets, otp }: Ports) => {
  const seedOf = async (userId: string, source: OathSource): Promise<string | undefined> =>
    await secrets.open(
      { owner: userKey(userId), stream: userStream(userId), field: source.field },
      source.secret,
    );

  return {
    /** Compares a sealed code with everything that shows codes; a source that it is fresh for comes first. */
    async match(code: Sealed, stream: string, context: Context): Promise<CodeMatch> {
      const { userId, user, settings, nowMs } = context;
      if (userId === undefined || user.status !== 'present') return undefined;
      const plain = await secrets.open({ owner: 'requests', stream, field: 'code' }, code);
      const hits = [];
      for (const source of usableOathSources(user)) {
        const secret = await seedOf(userId, source);
        if (secret === undefined) continue;
        const serverStep = stepAt(nowMs, source.periodSeconds);
        const step = otp.matchingSteps({
          secret,
          code: plain,
          serverStep,
          drift: source.drift,
          window: settings.oathWindow,
          digits: source.digits,
        });
        if (step !== undefined) hits.push({ source, step, serverStep });
      }
      return (
        hits.find(({ source, step }) => source.lastStep === undefined || step > source.lastStep) ??
        hits[0]
      );
    },

    /** Whether a device's proof of its seed is right; one that is not given proves nothing wrong. */
    async proves(
      proof: string | undefined,
      challenged: ChallengedDevice,
      { userId, user }: Context,
    ): Promise<boolean> {
      if (proof === undefined || proof === '') return true;
      if (userId === undefined || user.status !== 'present') return false;
      const source = user.oathSources.find(({ tokenId }) => tokenId === challenged.deviceId);
      const secret = source && (await seedOf(userId, source));
      return secret !== undefined && otp.provesSecret(secret, challenged.oathCounter, proof);
    },
  };
};
