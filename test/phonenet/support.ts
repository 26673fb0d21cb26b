import { afterAll } from '@jest/globals';
import type { Behaviour } from '../../phonenet/behaviour.ts';
import type { CallRecord, TextRecord } from '../../phonenet/records.ts';
import { startPhoneNetwork, type PhoneNetworkOptions } from '../../phonenet/server.ts';

/** Plays the owners of phones through the network's control interface. */
export const phonesAt = (url: string) => {
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${url}/control${path}`, body === undefined ? {} : init);
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    set: (number: string, behaviour: Partial<Behaviour>) => call(`/phones/${number}`, behaviour),
    log: async (number: string) =>
      (await call(`/phones/${number}/log`)) as {
        readonly calls: readonly CallRecord[];
        readonly texts: readonly TextRecord[];
      },
    text: (number: string, to: string, body: string) =>
      call(`/phones/${number}/text`, { to, body }),
    press: (number: string, digits: string) => call(`/phones/${number}/press`, { digits }),
    hangUp: (number: string) => call(`/phones/${number}/hang-up`, {}),
    textsGoTo: (number: string, textsUrl: string, protocol: 'twilio' | 'gateway') =>
      call(`/numbers/${number}`, { textsUrl, protocol }),
  };
};

const open: { close: () => Promise<void> }[] = [];

/** A network with short seconds in this process; closed after the file's tests. */
export const phoneNetwork = async (options: PhoneNetworkOptions = {}) => {
  const network = await startPhoneNetwork({ secondMs: 10, ...options });
  open.push(network);
  return { ...network, phones: phonesAt(network.url) };
};

/** For servers that a test file starts of its own. */
export const closeAfterwards = (server: { close: () => Promise<void> }): void => {
  open.push(server);
};

afterAll(async () => {
  await Promise.all(open.map((network) => network.close()));
});
