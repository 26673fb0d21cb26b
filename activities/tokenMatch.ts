import type { Otp } from '../adapters/otp/port.ts';
import { stepAt } from '../domain/otpWindow.ts';
import { expectedCounters } from '../domain/tokenCodes.ts';
import type { OathSource } from '../domain/user.ts';

export type OathMatch = { readonly step: number; readonly serverStep: number };

/**
 * The step, or the counter, whose code was typed; the domain decides whether it counts. A counter is its own
 * clock: where it stands is where it should.
 * @param window steps to either side of a clock's
 */
export const oathMatch = (
  otp: Otp,
  source: OathSource,
  typed: {
    readonly secret: string;
    readonly code: unknown;
    readonly nowMs: number;
    window: number;
  },
): OathMatch | undefined => {
  const { secret, code, nowMs, window } = typed;
  const { digits, drift } = source;
  if (source.kind === 'hotp') {
    const step = otp.matchingCounter({ secret, code, digits, ...expectedCounters(source) });
    return step === undefined ? undefined : { step, serverStep: step };
  }
  const serverStep = stepAt(nowMs, source.periodSeconds);
  const step = otp.matchingSteps({ secret, code, serverStep, drift, window, digits });
  return step === undefined ? undefined : { step, serverStep };
};
