import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { Attempt } from '../../domain/attempt.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { deadlineSignal, submitCodeUpdate } from '../../workflows/contracts.ts';
import type { Caller } from '../facade.ts';
import { maxFacts } from './attemptWatch.ts';
import { originOf, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

/** An answer that the engine did not confirm is on record by then, or was not taken. */
const onRecordWithinMs = 2_000;

export type CodeAnswer = {
  readonly code: string;
  /** Names this very answer: whoever repeats it asks what became of it. */
  readonly answerId: string;
  /** Tries that were left when the code was asked for. */
  readonly triesLeft: number | undefined;
  /** Takes the code only while that many are left still; a later question is not answered by it. */
  readonly onlyThen?: true;
};

export type CodeAnswers = {
  /** What is on record of an answer. */
  answered(
    requestId: string,
    answerId: string,
  ): Promise<StoredEvent<'AuthenticationCodeSubmitted'> | undefined>;
  /**
   * Hands a typed code to the attempt that asks for it.
   * @throws {NotRunning} where the attempt is over and this answer is not on record @throws {Unavailable}
   */
  hand(caller: Caller, requestId: string, answer: CodeAnswer): Promise<{ throttled: boolean }>;
};

/** Codes on their way from a front end to the attempt that waits for one; the log has the last word (ADR 1). */
export const codeAnswers = (context: CommandContext): CodeAnswers => {
  const { attempts, engine, secrets, events, newGuid } = context;

  const answered: CodeAnswers['answered'] = async (requestId, answerId) => {
    const facts = await events.readStream(authenticationStream(requestId), 0, maxFacts);
    const found = facts.find(
      (fact) => fact.type === 'AuthenticationCodeSubmitted' && fact.meta.causationId === answerId,
    );
    return found?.type === 'AuthenticationCodeSubmitted' ? found : undefined;
  };

  /** Waits until an answer that may have been taken has left its mark. */
  const settled = async (requestId: string, triesLeft: number | undefined): Promise<void> => {
    const isTaken = (attempt: Attempt): boolean =>
      attempt.status !== 'awaiting-code' || attempt.triesLeft !== triesLeft;
    const watched = attempts.watch(requestId);
    try {
      watched.lookUp();
      await watched.until(isTaken, onRecordWithinMs);
    } finally {
      watched.close();
    }
  };

  /**
   * A task that ends a run is undone by a signal that comes at that moment, and an update in it is lost with it: the run
   * would learn only at its deadline what is on record, and with it all that joined it. An engine that is away does not
   * make the answer less true.
   */
  const wake = async (stream: string): Promise<void> => {
    const look = { expiresAt: toIso(context.now()) };
    await engine.signal(stream, deadlineSignal, look).catch(() => undefined);
  };

  return {
    answered,
    async hand(caller, requestId, { code, answerId, triesLeft, onlyThen }) {
      const stream = authenticationStream(requestId);
      const place = { owner: 'requests', stream, field: 'code' } as const;
      // An empty code is a wrong code: whoever hands one in wants it judged.
      const sealed = await secrets.seal(place, code === '' ? ' ' : code);
      const origin = await originOf(context, { ...caller, callId: answerId }, requestId);
      const left = onlyThen ? { triesLeft: triesLeft ?? ('all' as const) } : {};
      try {
        const input = { code: sealed, origin, ...left };
        return await engine.update(stream, submitCodeUpdate, newGuid(), input);
      } catch (error) {
        // The engine may have lost its run after the answer was put on record.
        if (!(error instanceof NotRunning)) await settled(requestId, triesLeft);
        if ((await answered(requestId, answerId)) === undefined) throw error;
        await wake(stream);
        return { throttled: false };
      }
    },
  };
};
