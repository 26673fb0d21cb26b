import { webcrypto } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { answer, chooseRequest, promptOf } from '../../../cli/authenticator/phone.ts';
import { promptLine } from '../../../cli/authenticator/lines.ts';
import { updateState } from '../../../cli/authenticator/state.ts';
import { answerText, isSigned } from '../../../domain/deviceKeys.ts';
import { rig, type Rig } from './support.ts';

const { subtle } = webcrypto;
let it: Rig;
beforeEach(async () => void (it = await rig()));
afterEach(() => it.close());

const shown = { contextTitle: 'Payment', contextDetails: '{"Amount":"100","To":"Bob"}' };

test('SEC-49 the terminal makes a key at activation, and keeps it where nobody else reads it', async () => {
  await it.activated();
  expect(it.facade.activations).toMatchObject([
    { publicKey: expect.stringMatching(/^[\w-]{87}$/), typesSixDigits: true },
  ]);
  const file = join(it.phone.folder, 'phone.json');
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  expect(await readFile(file, 'utf8')).toContain('"privateKey"');
});

test('SEC-49 the terminal signs the request, the decision and what it shows', async () => {
  const mailbox = await it.activated();
  const guid = it.facade.ask(mailbox, shown);
  const waiting = await chooseRequest(it.phone, undefined);
  expect(promptLine(promptOf(waiting.push), Date.now())).toContain(
    'Payment · Amount: 100, To: Bob',
  );
  await answer(it.phone, 'deny', waiting);
  const [{ publicKey }] = it.facade.activations as [{ publicKey: string }];
  const { signature } = it.facade.answers[0]!;
  const { deviceId } = waiting.account;
  const signed = { guid, deviceId, number: undefined, shown: waiting.push } as const;
  const [deny, approve] = await Promise.all([
    answerText(subtle, { ...signed, decision: 'deny' }),
    answerText(subtle, { ...signed, decision: 'approve' }),
  ]);
  expect(await isSigned(subtle, { publicKey, text: deny, signature })).toBe(true);
  expect(await isSigned(subtle, { publicKey, text: approve, signature })).toBe(false);
  const other = { ...waiting.push, contextTitle: 'Another' };
  const altered = await answerText(subtle, { ...signed, decision: 'deny', shown: other });
  expect(await isSigned(subtle, { publicKey, text: altered, signature })).toBe(false);
});

test('an account of before there were keys answers as it always did', async () => {
  const mailbox = await it.activated();
  await updateState(it.phone.folder, (state) => ({
    ...state,
    accounts: state.accounts.map((kept) => {
      const { privateKey: _, ...account } = kept;
      return account;
    }),
  }));
  it.facade.ask(mailbox);
  await answer(it.phone, 'approve', await chooseRequest(it.phone, undefined));
  expect(it.facade.answers[0]).not.toHaveProperty('signature');
});
