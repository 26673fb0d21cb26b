import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { activate, resumeActivation } from '../../../cli/authenticator/activate.ts';
import { decide } from '../../../cli/authenticator/answers.ts';
import {
  answer as answerRequest,
  chooseRequest,
  codes,
  waitingRequests,
  type Phone,
} from '../../../cli/authenticator/phone.ts';
import { readState, updateState } from '../../../cli/authenticator/state.ts';
import { transport } from '../../../cli/authenticator/transport.ts';
import { watch, type WatchEvent } from '../../../cli/authenticator/watch.ts';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { confirmationCode, oathSecret } from '../../api/pad/fakeFacade.ts';
import { rig, until, type Rig } from './support.ts';

let it: Rig;
beforeEach(async () => {
  it = await rig();
});
afterEach(() => it.close());

const target = (code: string) => ({ url: it.url, soapUrl: `${it.url}/PfPaWs.asmx`, code });

const answer = async (phone: Phone, choice: 'approve' | 'deny' | 'fraud', id?: string) =>
  await answerRequest(phone, choice, await chooseRequest(phone, id));

/** A watch that can be stopped, with what it told. */
const watching = (choice?: 'approve' | 'deny') => {
  const events: WatchEvent[] = [];
  const stop = new AbortController();
  const over = watch(it.phone, {
    signal: stop.signal,
    tell: (event) => events.push(event),
    ...(choice === undefined ? {} : { choice }),
  });
  return {
    events,
    kinds: () => events.map(({ event }) => event),
    end: async () => {
      stop.abort();
      await over;
    },
  };
};

describe('activation', () => {
  test('MC-1 needs a URL and a code, and leaves a working device behind', async () => {
    const activated = await activate(it.phone, target('417206935'), 'a terminal');
    expect(activated).toMatchObject({ username: 'jsmith@example.org', accountName: 'Example Org' });
    const { accounts } = await readState(it.phone.folder);
    expect(accounts).toMatchObject([{ status: 'active', oathSecret, url: it.url }]);
    expect(accounts[0]?.confirmationCode).toBeUndefined();
    expect(it.facade.activations).toMatchObject([{ deviceName: 'a terminal', codesOnly: false }]);
  });

  test('keeps its memory from other users of the machine', async () => {
    await it.activated();
    const { mode } = await stat(join(it.phone.folder, 'phone.json'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  test('says what the server says about a wrong code, and forgets the try', async () => {
    await expect(activate(it.phone, target('999999999'))).rejects.toThrow(
      'Request a new activation',
    );
    expect((await readState(it.phone.folder)).accounts).toEqual([]);
  });

  test('confirms although the first confirmation loses its answer', async () => {
    const { send } = it.phone;
    let lost = 0;
    const lossy = {
      ...it.phone,
      send: async (sent: Parameters<typeof send>[0]) => {
        const received = await send(sent);
        if (!(sent.body ?? '').includes('ConfirmActivation') || lost > 0) return received;
        lost += 1;
        return transport()({ ...sent, url: 'http://127.0.0.1:1/' });
      },
    };
    await activate(lossy, target('417206935'));
    expect(lost).toBe(1);
    expect((await readState(it.phone.folder)).accounts).toMatchObject([{ status: 'active' }]);
  });

  test('that was killed before it confirmed is finished by the next command', async () => {
    const { send } = it.phone;
    const killed = {
      ...it.phone,
      send: (sent: Parameters<typeof send>[0]) =>
        (sent.body ?? '').includes('ConfirmActivation')
          ? Promise.reject(new RangeError('killed here'))
          : send(sent),
    };
    await expect(activate(killed, target('417206935'))).rejects.toThrow('killed here');
    const [account] = (await readState(it.phone.folder)).accounts;
    if (account === undefined) throw new Error('the device is lost');
    expect(account.status).toBe('unconfirmed');
    expect((await resumeActivation(it.phone, account)).status).toBe('active');
    expect(await it.facade.commands.confirmActivation(confirmationCode, undefined)).toBeUndefined();
    expect((await readState(it.phone.folder)).accounts).toMatchObject([{ status: 'active' }]);
  });

  test('MC-3 shows the codes that the server accepts', async () => {
    await it.activated();
    const [shown] = await codes({ ...it.phone, now: () => 1_767_225_610_000 });
    expect(shown).toMatchObject({ code: '830954', secondsLeft: 20 });
  });
});

describe('single answers', () => {
  test('go to the newest request, or to the one that is named', async () => {
    const mailbox = await it.activated();
    const [first, second] = [it.facade.ask(mailbox), it.facade.ask(mailbox)];
    expect((await waitingRequests(it.phone)).map(({ push }) => push['guid'])).toEqual([
      first,
      second,
    ]);
    await answer(it.phone, 'deny', first.slice(0, 8).toUpperCase());
    await answer(it.phone, 'fraud');
    expect([it.facade.decisions.get(first), it.facade.decisions.get(second)]).toEqual([
      'deny',
      'fraud',
    ]);
    await expect(answer(it.phone, 'approve')).rejects.toThrow('nothing is waiting');
    await expect(answer(it.phone, 'approve', 'ffff')).rejects.toThrow('no open request');
  });

  test('carry a proof of the seed and never leave for another host', async () => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox, { url: 'elsewhere.example.net/pa' });
    expect(await answer(it.phone, 'approve')).toMatchObject({ result: 'recorded' });
    const proof = otplibOtp().proofOf(oathSecret, '1234567890123456789');
    expect(it.facade.answers).toMatchObject([{ answer: 'approve', proof }]);
  });

  test('are the first one, whichever program of the same phone comes first', async () => {
    const mailbox = await it.activated();
    it.facade.ask(mailbox);
    const [waiting] = await waitingRequests(it.phone);
    if (waiting === undefined) throw new Error('nothing waits');
    const { account, push } = waiting;
    const both = await Promise.all([
      decide(it.phone.folder, account, push, 'approve'),
      decide(it.phone.folder, account, push, 'deny'),
    ]);
    expect(new Set(both.map((stored) => stored.answer)).size).toBe(1);
  });

  test('outlast a server that is killed before it acknowledges', async () => {
    const mailbox = await it.activated();
    const guid = it.facade.ask(mailbox);
    const { send } = it.phone;
    let deliveries = 0;
    const lossy = {
      ...it.phone,
      send: async (sent: Parameters<typeof send>[0]) => {
        const received = await send(sent);
        if (sent.method === 'GET' || (deliveries += 1) > 1) return received;
        await it.stop();
        setTimeout(() => void it.start(), 50);
        return send(sent); // The connection is gone, the answer with it.
      },
    };
    const answered = await answer(lossy, 'approve');
    expect(answered).toEqual({ guid, answer: 'approve', result: 'answered', resent: true });
    expect(it.facade.decisions.get(guid)).toBe('approve');
    expect(it.facade.answers.map((sent) => sent.answer)).toEqual(['approve', 'approve']);
  });
});

describe('watching', () => {
  test('shows each request once and answers it once', async () => {
    const mailbox = await it.activated();
    const { events, end } = watching('approve');
    const guids = [it.facade.ask(mailbox), it.facade.ask(mailbox)];
    await until(() => it.facade.answers.length === 2);
    guids.push(it.facade.ask(mailbox));
    await until(() => events.filter(({ event }) => event === 'answered').length === 3);
    await end();
    expect(events.filter(({ event }) => event === 'prompt')).toMatchObject(
      guids.map((guid) => ({
        guid,
        application: 'VPN',
        account: 'Example Org',
        address: '203.0.113.7',
      })),
    );
    expect(it.facade.answers.map(({ guid }) => guid)).toEqual(guids);
  });

  test('without a choice shows a request once, and tells when it is settled elsewhere', async () => {
    const mailbox = await it.activated();
    const { kinds, end } = watching();
    const guid = it.facade.ask(mailbox);
    await until(() => kinds().includes('prompt'));
    it.facade.withdraw(mailbox, guid);
    await until(() => kinds().includes('withdrawn'));
    await end();
    expect(kinds()).toEqual(['prompt', 'withdrawn']);
    expect(it.facade.answers).toEqual([]);
  });

  test('does not approve what wants a PIN or a number', async () => {
    const mailbox = await it.activated();
    const { events, end } = watching('approve');
    it.facade.ask(mailbox, { mode: 'pin' });
    it.facade.ask(mailbox, { entropyMode: 'type' });
    const plain = it.facade.ask(mailbox);
    await until(() => events.some(({ event }) => event === 'answered'));
    await end();
    expect(it.facade.answers.map(({ guid }) => guid)).toEqual([plain]);
  });

  test("takes a proxy's page for a server that is away", async () => {
    await it.activated();
    const { send } = it.phone;
    let pages = 0;
    const events: WatchEvent[] = [];
    const stop = new AbortController();
    const behindProxy = {
      ...it.phone,
      send: (sent: Parameters<typeof send>[0]) =>
        (pages += 1) > 2 ? send(sent) : Promise.resolve({ status: 200, body: '<html>' }),
    };
    const over = watch(behindProxy, { signal: stop.signal, tell: (event) => events.push(event) });
    await until(() => events.length === 2);
    stop.abort();
    await over;
    expect(events.map(({ event }) => event)).toEqual(['away', 'back']);
  });

  test('goes on when the server comes back', async () => {
    const mailbox = await it.activated();
    const { kinds, end } = watching('deny');
    await it.stop();
    await until(() => kinds().includes('away'));
    await it.start();
    await until(() => kinds().includes('back'));
    const guid = it.facade.ask(mailbox);
    await until(() => kinds().includes('answered'));
    await end();
    expect(it.facade.decisions.get(guid)).toBe('deny');
    expect(kinds()).toEqual(['away', 'back', 'prompt', 'answered']);
  });

  test('after a kill sends the answer that was decided, not another', async () => {
    const mailbox = await it.activated();
    const guid = it.facade.ask(mailbox);
    const [waiting] = await waitingRequests(it.phone);
    if (waiting === undefined) throw new Error('nothing waits');
    // The decision is on disk; the program is killed before it could send it.
    await decide(it.phone.folder, waiting.account, waiting.push, 'approve');
    const { events, end } = watching('deny');
    await until(() => events.some(({ event }) => event === 'answered'));
    await end();
    expect(it.facade.decisions.get(guid)).toBe('approve');
    expect(it.facade.answers).toHaveLength(1);
  });
});

describe("the phone's memory", () => {
  test('takes a lock over whose owner is dead', async () => {
    await it.activated();
    await writeFile(join(it.phone.folder, 'lock'), '2147483646');
    await updateState(it.phone.folder, (state) => ({ ...state, seen: ['x'] }));
    expect((await readState(it.phone.folder)).seen).toEqual(['x']);
  });

  test('loses no change of programs that run at once', async () => {
    await it.activated();
    const guids = Array.from({ length: 20 }, (_, index) => `guid-${index}`);
    await Promise.all(
      guids.map((guid) =>
        updateState(it.phone.folder, (state) => ({ ...state, seen: [...state.seen, guid] })),
      ),
    );
    expect((await readState(it.phone.folder)).seen.toSorted()).toEqual(guids.toSorted());
  });

  test('says so when the file is something else', async () => {
    await writeFile(join(it.phone.folder, 'phone.json'), '{"version":2}');
    await expect(readState(it.phone.folder)).rejects.toThrow('not a phone');
  });
});
