import type { Measure } from './measure.ts';
import { startCountersign } from './support/countersign.ts';
import { otpAgainstBare } from './support/otpAgainstBare.ts';
import { otpCaller } from './support/otpCaller.ts';

/** One-shot OATH validations over REST. */
export const oneShotOtp: Measure = otpAgainstBare({
  name: 'REST',
  async start(data) {
    const server = await startCountersign({ data });
    return {
      stop: () => server.stop(),
      callers: (people, clients) => otpCaller(server, people, clients),
    };
  },
});
