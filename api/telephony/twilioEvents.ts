import type { CallEvent } from '../../domain/voice.ts';

type Form = ReadonlyMap<string, string>;

/** AnsweredBy of machine detection: `human`, `machine_start`, `machine_end_…`, `fax`, `unknown`. */
const answeredBy = (form: Form): 'person' | 'machine' | 'unknown' => {
  const by = form.get('AnsweredBy') ?? '';
  if (by === 'human') return 'person';
  return by.startsWith('machine') || by === 'fax' ? 'machine' : 'unknown';
};

/** What a request for instructions tells. */
export const voiceEvent = (form: Form, step: number, silent: boolean): CallEvent => {
  if (step === 0) return { kind: 'answered', by: answeredBy(form) };
  const digits = form.get('Digits') ?? '';
  return silent || !/^[0-9*#]{1,64}$/.test(digits) ? { kind: 'silence' } : { kind: 'keys', digits };
};

type EndReason = Extract<CallEvent, { kind: 'ended' }>['reason'];

const reasons: ReadonlyMap<string, EndReason> = new Map([
  ['busy', 'busy'],
  ['no-answer', 'noAnswer'],
  ['failed', 'failed'],
  ['canceled', 'cancelled'],
]);

/** What a status callback tells; undefined while the call goes on. */
export const statusEvent = (form: Form): CallEvent | undefined => {
  const status = form.get('CallStatus') ?? '';
  if (status === 'completed')
    return { kind: 'ended', reason: answeredBy(form) === 'machine' ? 'voicemail' : 'completed' };
  const reason = reasons.get(status);
  return reason === undefined ? undefined : { kind: 'ended', reason };
};
