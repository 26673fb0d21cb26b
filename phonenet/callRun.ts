import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';
import type { Keypad } from './keypad.ts';
import type { CallLine } from './records.ts';
import type { Step } from './steps.ts';

/** One call that somebody has answered. */
export type AnsweredCall = {
  readonly behaviour: Behaviour;
  readonly keypad: Keypad;
  /** How long a second of this network lasts. */
  readonly secondMs: number;
  readonly hungUp: AbortSignal;
  readonly note: (line: CallLine) => void;
};

/** Instructions that lead nowhere end with the call. */
const maxSteps = 200;

/** Follows instructions until one hangs up, none is left, or the phone hangs up. */
export const follow = async (call: AnsweredCall, first: readonly Step[]): Promise<void> => {
  let steps = first;
  for (let count = 0; count < maxSteps && !call.hungUp.aborted; count += 1) {
    const [step, ...rest] = steps;
    if (step === undefined || step.kind === 'hangUp') return;
    if (step.kind === 'goTo') steps = await step.steps();
    else if (step.kind !== 'gather') {
      await listen(call, step);
      steps = rest;
    } else {
      for (const part of step.prompt) await listen(call, part);
      if (call.behaviour.hangUp) return;
      const keys = await gather(call, step);
      if (call.hungUp.aborted) return;
      call.note(keys.pressed === '' ? { kind: 'silence' } : { kind: 'typed', keys: keys.pressed });
      // Nothing, or nothing but the key that ends: the network does not hand that over.
      if (keys.handed !== '') steps = await step.typed(keys.handed);
      else steps = step.silent === undefined ? rest : await step.silent();
    }
  }
};

const listen = async ({ note, secondMs, hungUp }: AnsweredCall, step: Step): Promise<void> => {
  if (step.kind === 'say') note({ kind: 'heard', text: step.text, language: step.language });
  else if (step.kind === 'play') note({ kind: 'played', url: step.url });
  else if (step.kind === 'pause')
    await pause(step.seconds * secondMs, undefined, { signal: hungUp }).catch(() => {});
};

/** What was pressed, and the part of it that the caller's side gets. */
type Gathered = { readonly pressed: string; readonly handed: string };

const gather = async (
  { keypad, secondMs, behaviour }: AnsweredCall,
  step: Extract<Step, { kind: 'gather' }>,
): Promise<Gathered> => {
  let handed = '';
  // A mailbox has no fingers.
  if (behaviour.answer === 'voicemail') return { pressed: '', handed };
  while (handed.length < step.maxKeys) {
    const key = await keypad.next(step.timeoutSeconds * secondMs);
    if (key === undefined) break;
    if (key === step.finishOn) return { pressed: handed + key, handed };
    handed += key;
  }
  return { pressed: handed, handed };
};
