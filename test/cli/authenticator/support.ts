import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { activate } from '../../../cli/authenticator/activate.ts';
import type { Phone } from '../../../cli/authenticator/phone.ts';
import { readState } from '../../../cli/authenticator/state.ts';
import { transport } from '../../../cli/authenticator/transport.ts';
import { sha256 } from '../../../api/digest.ts';
import { fakeFacade, issuedCode, type FakeFacade } from '../../api/pad/fakeFacade.ts';
import { serve, type Served } from '../../api/pad/serve.ts';

export type Rig = {
  readonly facade: FakeFacade;
  readonly phone: Phone;
  readonly url: string;
  /** Kills the server and brings it back on its port, in front of the same rules. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Activates the phone. @returns the hash of its token */
  activated(): Promise<string>;
  close(): Promise<void>;
};

export const rig = async (): Promise<Rig> => {
  const facade = fakeFacade();
  let served: Served = await serve({ facade });
  const { port } = served;
  const url = `http://127.0.0.1:${port}/pa`;
  facade.url = url;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-phone-'));
  const phone: Phone = {
    folder,
    send: transport(),
    now: Date.now,
    // Pauses are real but short, so that a lost server is asked again soon.
    sleep: async (_ms, signal) => {
      await pause(10, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    },
  };
  return {
    facade,
    phone,
    url,
    stop: () => served.close(),
    start: async () => {
      served = await serve({ facade }, port);
    },
    activated: async () => {
      await activate(phone, { url, soapUrl: `${url}/PfPaWs.asmx`, code: issuedCode });
      const { accounts } = await readState(folder);
      return sha256(accounts[0]?.deviceToken ?? '');
    },
    close: async () => {
      await served.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Waits until a condition holds; the caller's test has a time limit. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await pause(5);
};
