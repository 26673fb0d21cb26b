import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { chooseRequest, waitingRequests } from '../../../cli/authenticator/phone.ts';
import { changePin, prove } from '../../../cli/authenticator/proofs.ts';
import { oathSecret } from '../../api/pad/fakeFacade.ts';
import { rig, type Rig } from './support.ts';

let it: Rig;
beforeEach(async () => {
  it = await rig();
});
afterEach(() => it.close());

describe('approvals that want more than a yes', () => {
  const waiting = async () => await chooseRequest(it.phone, undefined);

  test('carry the number, the PIN and the proof of the seed', async () => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox, { mode: 'pin', entropyMode: 'type' });
    const { guid, ...proof } = await prove(it.phone, await waiting(), {
      pin: '2580',
      number: '42',
    });
    expect(proof).toEqual({ result: 'recorded', triesLeft: 0 });
    expect(it.facade.answers).toMatchObject([
      {
        guid,
        answer: 'approve',
        pin: '2580',
        number: '42',
        authenticate: true,
        proof: otplibOtp().proofOf(oathSecret, '1234567890123456789'),
      },
    ]);
  });

  test.each([
    ['pinWrong', 'pinWrong', true],
    ['pinExhausted', 'pinExhausted', false],
    ['pinChange', 'mustChange', true],
    ['numberWrong', 'numberWrong', false],
    ['throttled', 'throttled', true],
    ['notOpen', 'notOpen', true],
  ] as const)('that are answered %s are %s', async (answered, result, waits) => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox, { mode: 'pin' });
    it.facade.commands.answerPush = () => Promise.resolve({ answer: answered, triesLeft: 2 });
    const proof = await prove(it.phone, await waiting(), { pin: '2580' });
    expect(proof.result).toBe(result);
    expect(await waitingRequests(it.phone)).toHaveLength(waits ? 1 : 0);
  });

  test('leave no PIN behind on the phone', async () => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox, { mode: 'pin' });
    await prove(it.phone, await waiting(), { pin: '25803691' });
    const memory = await readFile(join(it.phone.folder, 'phone.json'), 'utf8');
    expect(memory).not.toContain('25803691');
  });

  test('may come after a change of the PIN', async () => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox, { mode: 'pin', pinChangeRequired: 'true' });
    it.facade.commands.answerPush = ({ newPin }) =>
      Promise.resolve({ answer: newPin === '1234' ? 'sequence' : 'changed', triesLeft: 0 });
    const change = async (newPin: string) =>
      (await changePin(it.phone, await waiting(), { pin: '2580', newPin })).result;
    expect([await change('1234'), await change('7391')]).toEqual(['sequence', 'changed']);
  });
});
