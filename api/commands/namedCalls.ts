import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { apiCallStream } from '../../domain/ids.ts';
import { toIso, toMs } from '../../domain/instants.ts';
import { present } from '../../domain/present.ts';
import type { SealedPlace } from '../../domain/sealed.ts';
import type { AnswerOnRecord, CallDoor, NamedCall } from '../facade/calls.ts';
import { KeyReused } from '../facade/keyReused.ts';
import type { RepeatableChance } from './chance.ts';
import { callerIdOf, orderedBy, type CommandContext } from './context.ts';

/** How long a key names its call (spec/65 'Idempotency'). */
const keptMs = 24 * 60 * 60 * 1_000;
/** Longer answers are made again. Sealed, they take up a third more in the log. */
const maxAnswerBytes = 10_000;

type Parts = Pick<CommandContext, 'events' | 'secrets' | 'facts' | 'wallNow'> & {
  readonly chance: Pick<RepeatableChance, 'named'>;
};

/** The newest call of a key, and how many it has named so far. */
const newestOf = (facts: readonly StoredEvent[]) => {
  const calls = facts.filter((fact) => fact.type === 'ApiCallBegun');
  const begun = calls.at(-1);
  const answered = facts.findLast((fact) => fact.type === 'ApiCallAnswered');
  return {
    calls: calls.length,
    begun,
    answered: begun && answered && answered.revision > begun.revision ? answered : undefined,
  };
};

const placeOf = (stream: string): SealedPlace => ({ owner: 'requests', stream, field: 'answer' });

/**
 * Calls by caller and key: each is on record before it is made and again with its answer, in a stream for each key.
 * Whoever finds one begun and not answered makes it again, with the same ids.
 */
export const namedCalls = ({ events, secrets, facts, wallNow, chance }: Parts): CallDoor => {
  const streamOf = ({ caller, key }: NamedCall): string => {
    const name = secrets.hash('call', JSON.stringify(['name', callerIdOf(caller), key]));
    return apiCallStream(name.slice(0, 32).toUpperCase());
  };
  const metaOf = ({ caller }: NamedCall) => ({
    at: toIso(wallNow()),
    ...orderedBy(caller),
  });

  const begun = async (call: NamedCall, stream: string, fingerprint: string) => {
    const known = newestOf(await events.readStream(stream));
    if (known.begun && toMs(known.begun.meta.at) + keptMs > wallNow())
      return { ...known, begun: known.begun, isRepeat: true };
    const meta = metaOf(call);
    const fact = {
      type: 'ApiCallBegun',
      data: { operation: call.operation, fingerprint },
    } as const;
    // Those that begin it at once meet in one fact: that of whoever came first.
    await facts.record({ stream, fact, key: `begun/${known.calls}`, meta });
    const now = newestOf(await events.readStream(stream));
    const { at, causationId } = now.begun!.meta;
    const isRepeat = at !== meta.at || causationId !== meta.causationId;
    return { ...now, begun: now.begun!, isRepeat };
  };

  return {
    async begin(call) {
      const stream = streamOf(call);
      const callerId = callerIdOf(call.caller);
      // Bodies may hold what is easily guessed, such as a PIN.
      const fingerprint = secrets.hash(
        'call',
        JSON.stringify(['call', callerId, call.fingerprint]),
      );
      const { begun: first, calls, answered, isRepeat } = await begun(call, stream, fingerprint);
      if (first.data.fingerprint !== fingerprint) throw new KeyReused();

      const onRecord = async (): Promise<AnswerOnRecord | undefined> => {
        if (!answered) return undefined;
        const { status, answer } = answered.data;
        return present({ status, text: answer && (await secrets.open(placeOf(stream), answer)) });
      };
      return {
        callId: first.meta.causationId ?? call.caller.callId,
        ...present({ answer: await onRecord() }),
        run: chance.named({
          name: [callerId, call.key, String(calls)],
          atMs: toMs(first.meta.at),
          isRepeat,
        }),
        async answered({ status, text }) {
          const isShort = text !== undefined && Buffer.byteLength(text) <= maxAnswerBytes;
          const answer = isShort ? await secrets.seal(placeOf(stream), text) : undefined;
          const data = { operation: call.operation, status, ...present({ answer }) };
          const fact = { type: 'ApiCallAnswered', data } as const;
          const key = `answered/${calls}`;
          await facts.record({ stream, fact, key, meta: metaOf(call) });
        },
      };
    },
  };
};
