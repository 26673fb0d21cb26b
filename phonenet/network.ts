import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultBehaviour, type Behaviour } from './behaviour.ts';
import { follow } from './callRun.ts';
import { deliverText, dialogueOf, type Account } from './dialogue.ts';
import type { Journal } from './journal.ts';
import { createKeypad, type Keypad } from './keypad.ts';
import {
  isLive,
  type CallLine,
  type CallRecord,
  type CallStatus,
  type Change,
  type OwnNumber,
  type TextRecord,
} from './records.ts';

export type NewCall = Pick<
  CallRecord,
  'protocol' | 'to' | 'from' | 'extension' | 'voiceUrl' | 'reference' | 'statusUrl'
>;
export type NewText = Pick<TextRecord, 'protocol' | 'to' | 'from' | 'body' | 'reference'>;

/** Everything that the network knows, and what can happen in it. */
export type Network = {
  readonly calls: () => readonly CallRecord[];
  readonly texts: () => readonly TextRecord[];
  readonly phones: () => ReadonlyMap<string, Behaviour>;
  readonly behaviourOf: (number: string) => Behaviour;
  readonly setBehaviour: (number: string, behaviour: Behaviour) => void;
  readonly setOwn: (number: string, own: OwnNumber) => void;
  /** On record when it returns; then it rings by itself. */
  readonly placeCall: (call: NewCall) => CallRecord;
  readonly sendText: (text: NewText) => TextRecord;
  /** A phone sends a text. @returns undefined where nobody has said where texts to that number go */
  readonly textFrom: (
    number: string,
    text: { to: string; body: string },
  ) => Promise<TextRecord | undefined>;
  /** @returns false where no call is live at this phone */
  readonly press: (number: string, keys: string) => boolean;
  readonly hangUp: (number: string) => boolean;
  readonly subscribe: (listener: (change: Change) => void) => () => void;
  /** Ends live calls without a word to anybody. */
  readonly stop: () => void;
};

export type NetworkOptions = {
  readonly journal: Journal;
  readonly account: Account;
  /** How long a second of this network lasts, in milliseconds. */
  readonly secondMs: number;
  readonly now: () => Date;
  /** Where texts go to numbers that nobody has said anything about. */
  readonly textsUrl?: string;
};

/** Older calls and texts are forgotten. */
const maxRecords = 10_000;

export const createNetwork = (options: NetworkOptions): Network => {
  const { journal, account, secondMs, now } = options;
  const calls = new Map<string, CallRecord>();
  const texts = new Map<string, TextRecord>();
  const phones = new Map<string, Behaviour>();
  const owns = new Map<string, OwnNumber>();
  const live = new Map<string, { readonly keypad: Keypad; readonly hungUp: AbortController }>();
  const listeners = new Set<(change: Change) => void>();
  let stopped = false;

  const apply = (change: Change): void => {
    if (change.kind === 'call') keep(calls, change.call.sid, change.call);
    else if (change.kind === 'text') keep(texts, change.text.sid, change.text);
    else if (change.kind === 'phone') phones.set(change.number, change.behaviour);
    else owns.set(change.number, change.own);
  };
  const record = (change: Change): void => {
    if (stopped) return;
    journal.write(change);
    apply(change);
    for (const listener of listeners) listener(change);
  };
  const behaviourOf = (number: string): Behaviour => phones.get(number) ?? defaultBehaviour;
  const changeCall = (sid: string, changes: Partial<CallRecord>): CallRecord => {
    const call = calls.get(sid);
    if (call === undefined) throw new TypeError(`no call ${sid}`);
    const changed = { ...call, ...changes };
    record({ kind: 'call', call: changed });
    return changed;
  };
  const note = (sid: string, line: CallLine): void => {
    changeCall(sid, { lines: [...(calls.get(sid)?.lines ?? []), line] });
  };

  const end = async (sid: string, status: CallStatus): Promise<void> => {
    live.delete(sid);
    if (stopped) return;
    const call = changeCall(sid, { status, endedAt: now().toISOString() });
    try {
      await dialogueOf(call, account, behaviourOf(call.to).repeatCallbacks).ended(call);
    } catch (error) {
      note(sid, { kind: 'fault', text: wordsOf(error) });
    }
  };

  const answer = async (sid: string, behaviour: Behaviour): Promise<void> => {
    const answeredBy = behaviour.answer === 'voicemail' ? 'machine' : 'person';
    const call = changeCall(sid, { status: 'in-progress', answeredBy });
    const hungUp = live.get(sid)?.hungUp.signal ?? AbortSignal.abort();
    const keypad = live.get(sid)?.keypad ?? createKeypad('', hungUp);
    try {
      const steps = await dialogueOf(call, account, behaviour.repeatCallbacks).answered(call);
      await follow({ behaviour, keypad, secondMs, hungUp, note: (line) => note(sid, line) }, steps);
    } catch (error) {
      if (!stopped) note(sid, { kind: 'fault', text: wordsOf(error) });
    }
    await end(sid, 'completed');
  };

  const ring = async ({ sid, to }: CallRecord): Promise<void> => {
    const behaviour = behaviourOf(to);
    const hungUp = new AbortController();
    live.set(sid, { keypad: createKeypad(behaviour.keys, hungUp.signal), hungUp });
    changeCall(sid, { status: 'ringing' });
    const waiting = { signal: hungUp.signal };
    await pause(behaviour.delaySeconds * secondMs, undefined, waiting).catch(() => {});
    if (stopped) return;
    if (hungUp.signal.aborted) await end(sid, 'busy');
    else if (behaviour.answer === 'person' || behaviour.answer === 'voicemail')
      await answer(sid, behaviour);
    else await end(sid, unansweredStatus[behaviour.answer]);
  };

  for (const change of journal.earlier) apply(change);
  // A network that fell over has dropped its calls, and says so.
  for (const call of calls.values()) if (isLive(call)) void end(call.sid, 'failed');

  const liveCallOf = (number: string) =>
    [...live]
      .map(([sid, parts]) => ({ to: calls.get(sid)?.to, ...parts }))
      .findLast(({ to }) => to === number);

  return {
    calls: () => [...calls.values()],
    texts: () => [...texts.values()],
    phones: () => phones,
    behaviourOf,
    setBehaviour: (number, behaviour) => record({ kind: 'phone', number, behaviour }),
    setOwn: (number, own) => record({ kind: 'own', number, own }),
    placeCall: (call) => {
      const made: CallRecord = {
        ...call,
        sid: newSid('CA'),
        at: now().toISOString(),
        status: 'queued',
        lines: [],
      };
      record({ kind: 'call', call: made });
      // After the answer that says that the call was taken, as on a real network.
      setImmediate(() => void ring(made));
      return made;
    },
    sendText: (text) => {
      const made: TextRecord = {
        ...text,
        sid: newSid('SM'),
        at: now().toISOString(),
        direction: 'out',
      };
      record({ kind: 'text', text: made });
      return made;
    },
    textFrom: async (from, { to, body }) => {
      const { textsUrl } = options;
      const own =
        owns.get(to) ??
        (textsUrl === undefined ? undefined : ({ textsUrl, protocol: 'twilio' } as const));
      if (own === undefined) return undefined;
      const { protocol } = own;
      const at = now().toISOString();
      const text: TextRecord = { protocol, to, from, body, sid: newSid('SM'), at, direction: 'in' };
      record({ kind: 'text', text });
      await deliverText(text, own, account);
      return text;
    },
    press: (number, keys) => {
      const call = liveCallOf(number);
      call?.keypad.press(keys);
      return call !== undefined;
    },
    hangUp: (number) => {
      const call = liveCallOf(number);
      call?.hungUp.abort();
      return call !== undefined;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => {
      stopped = true;
      for (const { hungUp } of live.values()) hungUp.abort();
    },
  };
};

const unansweredStatus = { busy: 'busy', noAnswer: 'no-answer', failed: 'failed' } as const;

const keep = <Value>(records: Map<string, Value>, sid: string, value: Value): void => {
  records.set(sid, value);
  const [oldest] = records.keys();
  if (records.size > maxRecords && oldest !== undefined) records.delete(oldest);
};

/** Ids as the provider makes them: two letters and 32 hexadecimal digits. */
const newSid = (prefix: 'CA' | 'SM'): string => `${prefix}${randomBytes(16).toString('hex')}`;

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
