import type { RefusalDoor, RefusedCall } from '../../api/facade/refusals.ts';
import type { CallerRefusal } from '../../domain/events/auditing.ts';
import { systemActor } from '../../domain/inputs.ts';
import { present } from '../../domain/present.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { SystemLog } from '../systemLog.ts';

/** One span: who is refused in it for the first time is recorded, the rest of it is summed up at its end. */
const spanMs = 60_000;
/** Callers that are recorded by themselves in one span; a stranger at the port must not fill the log. */
const maxCallers = 20;

type Options = {
  /** Of the stream `audit`. */
  readonly facts: SystemLog;
  readonly newId: () => string;
  readonly log: Logger;
  readonly spanMs?: number;
};

export type CallerRefusals = RefusalDoor & { stop(): Promise<void> };

/** At most `maxCallers` facts a span and one more for each reason, however many calls there are. */
export const callerRefusals = (options: Options): CallerRefusals => {
  const { facts, newId, log } = options;
  const seen = new Set<string>();
  const summed = new Map<CallerRefusal, number>();
  let timer: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  const record = (call: RefusedCall, calls: number): void => {
    const { door, reason, accountId, address } = call;
    const data = { door, reason, calls, ...present({ accountId }) };
    const actor =
      accountId === undefined ? systemActor : ({ kind: 'serviceAccount', id: accountId } as const);
    tail = tail
      .then(() =>
        facts.record({ type: 'AuditCallerRefused', data }, `caller/${newId()}`, {
          actor,
          channel: 'sdk',
          ...present({ address }),
        }),
      )
      // The answer is no with or without a record of it.
      .catch((error: unknown) => log.error('a refusal could not be recorded', { error }));
  };

  const endSpan = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [reason, calls] of summed) record({ door: 'sdk', reason }, calls);
    summed.clear();
    seen.clear();
  };

  return {
    callerRefused(call) {
      timer ??= setTimeout(endSpan, options.spanMs ?? spanMs).unref();
      const key = `${call.reason} ${call.accountId ?? ''} ${call.address ?? ''}`;
      if (!seen.has(key) && seen.size < maxCallers) {
        seen.add(key);
        record(call, 1);
      } else summed.set(call.reason, (summed.get(call.reason) ?? 0) + 1);
    },
    async stop() {
      endSpan();
      await tail;
    },
  };
};
