import { progress } from '../progress.ts';
import type { Step } from './make.ts';

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
