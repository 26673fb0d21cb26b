import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs in a process of its own: what is loaded here says nothing about a fresh start. */
const script = `
  import { createRequire } from 'node:module';
  import { createTelephony } from './adapters/telephony/telephony.ts';
  const loaded = () =>
    Object.keys(createRequire(import.meta.filename ?? process.cwd() + '/x.js').cache).some((file) => file.includes('/twilio/'));
  const provider = {
    providerId: 'a', type: 'twilio', baseUrl: 'https://127.0.0.1:1', account: 'AC1', secret: 's',
    from: '+493012345678', order: 1, texts: true, calls: true,
  };
  const telephony = createTelephony({
    providers: async () => [provider], publicUrl: () => 'https://a.example', clock: Date.now,
  });
  const before = loaded();
  const contact = {
    reference: 'A', to: '+4915112345678', extension: '', requestId: 'R', which: 'primary', kind: 'text', text: 'x',
  };
  const { kind } = await telephony.contact(contact, false, new Date().toISOString());
  console.log(JSON.stringify([before, loaded(), kind]));
`;

test('the large client of Twilio is loaded at the first contact, not at the start', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: root },
  );
  expect(JSON.parse(stdout)).toEqual([false, true, 'refused']);
});
