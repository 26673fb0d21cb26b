import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { createClientAsync, type Client } from 'soap';
import { fakeFacade } from '../pad/fakeFacade.ts';
import { servers } from '../pad/rig.ts';
import { ask } from '../pad/serve.ts';

const { start, stop } = servers();
afterEach(stop);

type Call = (args: object) => Promise<[Record<string, unknown>]>;

/** A client made from nothing but the published description. */
const clientOf = async (origin: string): Promise<Client> => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-wsdl-'));
  const file = join(folder, 'service.wsdl');
  writeFileSync(file, (await ask(`${origin}/pa/PfPaWs.asmx?wsdl`)).body);
  const client = await createClientAsync(file);
  rmSync(folder, { recursive: true });
  client.setEndpoint(`${origin}/pa/PfPaWs.asmx`);
  return client;
};
const call = (client: Client, name: string): Call =>
  (client as unknown as Record<string, Call>)[`${name}Async`]?.bind(client) as Call;

test('a client made from the description can call every operation', async () => {
  const origin = await start({ facade: fakeFacade() });
  const client = await clientOf(origin);
  expect(Object.keys(client.describe() as object)).toEqual(['PfPaWs']);
  const [tested] = await call(client, 'TestPfWsSdkConnection')({});
  expect(tested).toEqual({ TestPfWsSdkConnectionResult: 'Success' });
  const [failed] = await call(
    client,
    'ActivateNew',
  )({
    activationParams: {
      ActivationCode: '999999999',
      DeviceToken: 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi',
      DeviceName: 'a <b> & c',
      OathCounter: '58907520',
      Version: '1',
    },
  });
  expect(failed).toMatchObject({ ActivateNewResult: false, error: { Code: 15 } });
  const [codesOnly] = await call(
    client,
    'ActivateNew',
  )({
    activationParams: {
      ActivationCode: '417206935',
      DeviceToken: 'NO_DEVICE_TOKEN',
      DeviceName: 'NO_DEVICE',
    },
  });
  expect(codesOnly).toMatchObject({
    ActivateNewResult: true,
    activationInfo: { ConfirmationCode: '0', OathTokenEnabled: true },
    error: { Code: 0 },
  });
  const [confirmed] = await call(client, 'ConfirmActivation')({ confirmationCode: '1'.repeat(16) });
  expect(confirmed).toMatchObject({ ConfirmActivationResult: false, error: { Code: 15 } });
});
