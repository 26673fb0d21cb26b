import { createHash } from 'node:crypto';
import { authenticationStream } from '../../domain/ids.ts';
import { systemActor } from '../../domain/inputs.ts';
import { present } from '../../domain/present.ts';
import { hearCallUpdate, submitCodeUpdate } from '../../workflows/contracts.ts';
import type { TelephonyCommands } from '../facade/telephony.ts';
import type { CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

/** People who share one phone number; more than this is no phone of people. */
const maxSharing = 20;
const maxBody = 200;
const hangUp = { language: 'en', application: '', lines: [], next: { kind: 'hangUp' } } as const;

/** Names an update by what the provider says: said again, it is the same update. */
const updateIdOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);

/** What telephony providers tell: each word becomes an update of the attempt that it is about. */
export const phoneCommands = (context: CommandContext): TelephonyCommands => {
  const { engine, secrets, views } = context;

  const sealed = async (requestId: string, field: string, text: string) =>
    await secrets.seal({ owner: 'requests', stream: authenticationStream(requestId), field }, text);

  return {
    async callEvent({ requestId, which, eventId, event }) {
      const digits =
        event.kind === 'keys' ? await sealed(requestId, 'digits', event.digits) : undefined;
      try {
        return await engine.update(
          authenticationStream(requestId),
          hearCallUpdate,
          updateIdOf('call', eventId),
          present({
            which,
            event: event.kind === 'keys' ? ({ kind: 'keys' } as const) : event,
            digits,
          }),
        );
      } catch (error) {
        // Over, or never begun: there is nobody to talk with.
        if (error instanceof NotRunning) return hangUp;
        throw error;
      }
    },

    async textReceived({ from, body, messageId }) {
      const phoneKey = secrets.hash('phone', from.replaceAll(/\D/g, ''));
      const waiting = await views.reader
        .selectFrom('requests')
        .innerJoin('phoneOwners', 'phoneOwners.userId', 'requests.userId')
        .select('requests.requestId')
        .where('phoneOwners.phoneKey', '=', phoneKey)
        .where('requests.endedAt', 'is', null)
        .where('requests.method', '=', 'sms')
        .limit(maxSharing)
        .execute();
      for (const { requestId } of waiting) {
        const code = await sealed(requestId, 'code', body.slice(0, maxBody).trim() || ' ');
        const origin = { actor: systemActor, correlationId: requestId };
        try {
          await engine.update(
            authenticationStream(requestId),
            submitCodeUpdate,
            updateIdOf('text', messageId, requestId),
            { code, origin },
          );
        } catch (error) {
          if (!(error instanceof NotRunning)) throw error;
        }
      }
    },
  };
};
