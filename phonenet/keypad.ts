import { setTimeout as pause } from 'node:timers/promises';

export type Keypad = {
  readonly press: (keys: string) => void;
  /** The next key that was pressed and not taken yet; undefined after the time, or once the phone hung up. */
  readonly next: (timeoutMs: number) => Promise<string | undefined>;
};

/** @param typed keys that are pressed as soon as somebody asks for them */
export const createKeypad = (typed: string, hungUp: AbortSignal): Keypad => {
  let waiting = typed;
  let wake: (() => void) | undefined;
  const take = (): string | undefined => {
    const key = waiting[0];
    waiting = waiting.slice(1);
    return key;
  };
  return {
    press: (keys) => {
      waiting += keys;
      wake?.();
    },
    next: async (timeoutMs) => {
      if (waiting !== '' || hungUp.aborted) return take();
      const pressed = new AbortController();
      wake = () => pressed.abort();
      const signal = AbortSignal.any([pressed.signal, hungUp]);
      await pause(timeoutMs, undefined, { signal }).catch(() => {});
      return take();
    },
  };
};
