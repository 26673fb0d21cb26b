import type { Context } from '../domain/attemptEnding.ts';
import type { AttemptRequest } from '../domain/attemptOpening.ts';
import { authenticationStream } from '../domain/ids.ts';
import type { OpenAttempt } from '../domain/inputs.ts';
import { inUserStream, userKey, type Sealed } from '../domain/sealed.ts';
import type { Ports } from './ports.ts';

/**
 * Personal fields of a request arrive sealed for nobody in particular. Once the person is known they are sealed
 * with that person's key, so that erasing the person erases them; what says nothing new is left out.
 */
export const personalFields = ({ secrets }: Ports) => {
  const reseal = async (
    field: 'username' | 'initiatingIp' | 'context' | 'note',
    sealed: Sealed | undefined,
    { requestId }: OpenAttempt,
    userId: string,
    known?: string,
  ): Promise<Sealed | undefined> => {
    if (sealed === undefined) return undefined;
    const stream = authenticationStream(requestId);
    const plain = await secrets.open({ owner: 'requests', stream, field }, sealed);
    if (plain === undefined || plain === known) return undefined;
    return await secrets.seal({ owner: userKey(userId), stream, field }, plain);
  };

  return {
    async ofPerson(input: OpenAttempt, { userId, user }: Context): Promise<AttemptRequest['data']> {
      const known = userId !== undefined && user.status === 'present';
      const stored = known
        ? await secrets.open(inUserStream(userId, 'username'), user.username)
        : undefined;
      const username = known
        ? await reseal('username', input.username, input, userId, stored)
        : input.username;
      const initiatingIp = known
        ? await reseal('initiatingIp', input.initiatingIp, input, userId)
        : input.initiatingIp;
      const context = known ? await reseal('context', input.context, input, userId) : input.context;
      const note = known ? await reseal('note', input.note, input, userId) : input.note;
      return {
        channel: input.channel,
        application: input.application,
        callerId: input.callerId,
        originKey: input.originKey,
        ...(input.inputHash === undefined ? {} : { inputHash: input.inputHash }),
        requireUserMatch: input.requireUserMatch,
        ...(username === undefined ? {} : { username }),
        ...(initiatingIp === undefined ? {} : { initiatingIp }),
        ...(context === undefined ? {} : { context }),
        ...(note === undefined ? {} : { note }),
        ...(input.reference === undefined ? {} : { reference: input.reference }),
      };
    },
  };
};
