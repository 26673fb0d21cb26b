import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import type { AnswerOnRecord, BegunCall, CallDoor } from '../facade/calls.ts';
import type { RestLogger } from './answer.ts';
import type { KeyedCall } from './idempotency.ts';
import { Problem, problemOf } from './problem.ts';
import type { JsonAnswer, Operation, RawCall } from './route.ts';

type JsonOperation = Extract<Operation, { kind: 'json' }>;
type LineOperation = Extract<Operation, { kind: 'lines' }>;

const headers = z.record(z.string(), z.string());
const kept = z.union([
  z.strictObject({ body: z.unknown().optional(), headers }),
  z.strictObject({ code: z.string(), detail: z.string(), headers }),
]);

/** @throws {Problem} where the answer was a refusal */
const answerAgain = ({ status }: AnswerOnRecord, text: string): JsonAnswer => {
  const answer = kept.parse(JSON.parse(text));
  if ('detail' in answer) throw new Problem(status, answer.code, answer.detail, answer);
  return { status, body: answer.body, headers: answer.headers };
};

/** What is put on record: of an answer that holds what no record may, that there was one. */
const answerKept = ({ status, body, headers: sent }: JsonAnswer, isKept: boolean): AnswerOnRecord =>
  isKept ? { status, text: JSON.stringify({ body, headers: sent }) } : { status };

/** Rules do not change their mind because somebody asks twice, but who is asked to wait may come again. */
const refusalKept = (error: unknown): AnswerOnRecord | undefined => {
  if (!(error instanceof Rejected) || error.kind === 'throttled') return undefined;
  const { status, code, message: detail, headers: sent } = problemOf(error).problem;
  return { status, text: JSON.stringify({ code, detail, headers: sent }) };
};

/** Makes keyed calls once over all processes of the deployment, restarts included (spec/65 'Idempotency'). */
export const callsOnRecord = (door: CallDoor, logger: RestLogger) => {
  const begin = (operation: Operation, call: RawCall, { key, fingerprint }: KeyedCall) =>
    door.begin({
      caller: { ...call.principal.caller, callId: call.callId },
      key,
      operation: operation.id,
      fingerprint,
    });

  /** The call has been made: whoever is told nothing of it asks again, and it is made again with the same ids. */
  const put = async (begun: BegunCall, answer: AnswerOnRecord): Promise<void> => {
    await begun
      .answered(answer)
      .catch((error: unknown) => logger.error('an answer could not be put on record', { error }));
  };

  return {
    async answer(operation: JsonOperation, call: RawCall, keyed: KeyedCall): Promise<JsonAnswer> {
      // What does not fit the description is no call yet, and takes no key.
      operation.check?.(call);
      const begun = await begin(operation, call, keyed);
      const { answer: earlier, callId } = begun;
      if (earlier?.text !== undefined) return answerAgain(earlier, earlier.text);
      try {
        const answer = await begun.run(() => operation.answer({ ...call, callId }));
        if (!earlier) await put(begun, answerKept(answer, operation.idempotency === 'here'));
        return answer;
      } catch (error) {
        const refusal = refusalKept(error);
        if (refusal && !earlier) await put(begun, refusal);
        throw error;
      }
    },

    /** Only the last line, which is the result, is on record. */
    async *lines(operation: LineOperation, call: RawCall, keyed: KeyedCall): AsyncGenerator {
      const begun = await begin(operation, call, keyed);
      const { answer: earlier, callId } = begun;
      if (earlier?.text !== undefined) {
        yield answerAgain(earlier, earlier.text).body;
        return;
      }
      const lines = operation.lines({ ...call, callId })[Symbol.asyncIterator]();
      let last: unknown;
      try {
        for (;;) {
          const { done, value } = await begun.run(() => lines.next());
          if (done === true) break;
          last = value;
          yield value;
        }
      } finally {
        await lines.return?.();
      }
      if (!earlier) await put(begun, answerKept({ status: 200, body: last, headers: {} }, true));
    },
  };
};
