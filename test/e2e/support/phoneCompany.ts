import type { CallRecord, TextRecord } from '../../../phonenet/records.ts';
import { spawnNetwork, type NetworkProcess } from '../../phonenet/process.ts';
import { phonesAt } from '../../phonenet/support.ts';
import { freePort } from '../../support/freePort.ts';
import type { RestClient } from './rest.ts';

export const ourNumber = '+15550001111';

/** The phone network's double in a process of its own, at one port for all its lives. */
export type PhoneCompany = {
  /** `host:port`, as a server is allowed to call it. */
  readonly target: string;
  readonly phones: ReturnType<typeof phonesAt>;
  /** All that was ever called and texted, from the network's own journal. */
  journal(): Promise<{
    readonly calls: readonly CallRecord[];
    readonly texts: readonly TextRecord[];
  }>;
  /** Makes it the provider of a server whose plain HTTP is at `http`. */
  serve(rest: RestClient, http: number): Promise<void>;
  /** kill -9, and up again with what was in its file. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** @param stateFile without it, a kill makes it forget everything */
export const phoneCompany = async (options: {
  readonly stateFile?: string;
  readonly secondMs: number;
}): Promise<PhoneCompany> => {
  const { stateFile, secondMs } = options;
  const port = await freePort();
  const words = ['--port', String(port), '--second-ms', String(secondMs)];
  const start = () =>
    spawnNetwork(stateFile === undefined ? words : [...words, '--state', stateFile]);
  let network: NetworkProcess = await start();
  const { url, account, secret } = network;
  const phones = phonesAt(url);
  return {
    target: new URL(url).host,
    phones,
    async journal() {
      const answer = await fetch(`${url}/control/state`);
      return (await answer.json()) as { calls: CallRecord[]; texts: TextRecord[] };
    },
    async serve(rest, http) {
      await rest.ok('PUT', '/configuration/telephonyProvider/first', {
        type: 'twilio',
        baseUrl: url,
        account,
        secret,
        from: ourNumber,
        order: 1,
        texts: true,
        calls: true,
      });
      const texts = `http://127.0.0.1:${http}/telephony/first/texts`;
      await phones.textsGoTo(ourNumber, texts, 'twilio');
    },
    async kill() {
      await network.kill('SIGKILL');
      network = await start();
    },
    async stop() {
      await network.kill('SIGTERM');
    },
  };
};
