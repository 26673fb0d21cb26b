import { readFileSync } from 'node:fs';
import { activate } from '../../../cli/authenticator/activate.ts';
import {
  answer,
  waitingRequests,
  type Phone,
  type Waiting,
} from '../../../cli/authenticator/phone.ts';
import { Away, transport } from '../../../cli/authenticator/transport.ts';
import { pause } from './chance.ts';
import type { ServerProcess } from './serverProcess.ts';
import { until } from './until.ts';

/** Mailboxes may be looked into once a second from one address. */
export const lookEveryMs = 1_000;

/** Waits for the open push of an application on a phone with a memory of its own. */
export const pushAt = (phone: Phone, application: string): Promise<Waiting> =>
  until(`the push for ${application}`, async () => {
    try {
      const found = (await waitingRequests(phone)).find(
        ({ push }) => push['applicationName'] === application,
      );
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof Away)) throw error;
    }
    await pause(lookEveryMs);
    return undefined;
  });

/** Somebody with the terminal's phone, whose memory is in `folder`. The test sign-in is answered. */
export const addTerminalPhone = async (
  { rest, info }: Pick<ServerProcess, 'rest' | 'info'>,
  { username, folder }: { readonly username: string; readonly folder: string },
): Promise<Phone> => {
  await rest.ok('POST', '/users', { username, method: 'app' });
  const { url, code } = await rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${username}/activations`,
  );
  const phone: Phone = {
    folder,
    send: transport(readFileSync(info.ca, 'utf8')),
    now: Date.now,
    sleep: async (ms) => await pause(ms),
  };
  await activate(phone, { url, soapUrl: `${url}/PfPaWs.asmx`, code });
  await answer(phone, 'approve', await pushAt(phone, 'Test'));
  return phone;
};
