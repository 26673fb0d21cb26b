import type { Measure } from './measure.ts';
import { otpAgainstBare } from './support/otpAgainstBare.ts';
import { radiusOtpCaller, startRadiusServer } from './support/radius.ts';

const address = '127.0.0.1';

/** One-shot OATH validations over RADIUS, against the same bare workflow as those over REST. */
export const radiusOtp: Measure = otpAgainstBare({
  name: 'RADIUS',
  async start(data) {
    const server = await startRadiusServer(data);
    return {
      stop: () => server.stop(),
      async callers(people, clients) {
        await server.addClient(address);
        return await radiusOtpCaller(server, people, { address, clients });
      },
    };
  },
});
