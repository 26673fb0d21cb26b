import { progress } from '../progress.ts';

/** Begins a part of long work, and says how far it is. */
export type Step = (what: string) => (done: number, total: number) => void;

/** One bar after the other, each of another thing. */
export const steps = (isQuiet: boolean): { readonly step: Step; readonly end: () => void } => {
  let bar: ReturnType<typeof progress> | undefined;
  return {
    step(what) {
      bar?.end();
      const next = progress(what, isQuiet);
      bar = next;
      return (done, total) => next.show(done, total);
    },
    end: () => bar?.end(),
  };
};
