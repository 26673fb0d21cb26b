import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ContactUncertain } from '../../adapters/telephony/port.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { noAttempt, evolveAttempt, type Attempt } from '../../domain/attempt.ts';
import type { CallEvent } from '../../domain/voice.ts';
import { count } from '../support/profile.ts';
import {
  callable,
  open,
  openInput,
  origin,
  pinOfPeople,
  sealForRequest,
  type Person,
} from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(async () => await world.close());
const usual = () => world.telephony.answer;
let asUsual: ReturnType<typeof usual>;
beforeAll(() => void (asUsual = usual()));
beforeEach(() => {
  world.telephony.contacted.length = 0;
  world.telephony.answer = asUsual;
});

const asked = async (person: Person): Promise<{ requestId: string; reference: string }> => {
  const input = await openInput(world.nodes[0], person);
  const { contact } = await open(world.nodes[0], input);
  return { requestId: input.requestId, reference: contact! };
};
const contact = async (
  node: Node,
  { requestId, reference }: { requestId: string; reference: string },
) =>
  await runIn(authenticationStream(requestId), node.activities.contactPerson, {
    requestId,
    reference,
  });
const hear = async (
  node: Node,
  requestId: string,
  event: CallEvent,
  which: 'primary' | 'backup' = 'primary',
  step: string = randomUUID(),
) =>
  await runIn(authenticationStream(requestId), node.activities.hearCall, {
    requestId,
    step,
    which,
    event: event.kind === 'keys' ? { kind: 'keys' as const } : event,
    ...(event.kind === 'keys'
      ? { digits: await sealForRequest(node, requestId, 'digits', event.digits) }
      : {}),
  });
const submit = async (node: Node, requestId: string, code: string, step: string = randomUUID()) =>
  await runIn(authenticationStream(requestId), node.activities.submitCode, {
    requestId,
    step,
    code: await sealForRequest(node, requestId, 'code', code),
    origin,
  });
const stand = async (requestId: string): Promise<Attempt> =>
  (await world.nodes[0].events.readStream(authenticationStream(requestId))).reduce<Attempt>(
    evolveAttempt,
    noAttempt,
  );
const textOf = () => {
  const last = world.telephony.contacted.at(-1);
  return last?.kind === 'text' ? last.text : '';
};
const codeOf = () => /\d{6}/.exec(textOf())?.[0] ?? '';

describe('a text message', () => {
  test('H10-9 its code counts on a node that did not send it, once, and is nowhere on record', async () => {
    const sms = await asked(await callable(world.nodes[0], 'sms'));
    await contact(world.nodes[0], sms);
    expect(world.telephony.contacted).toMatchObject([{ to: '+15552580147', kind: 'text' }]);
    expect(textOf()).toContain('VPN');
    expect(await stand(sms.requestId)).toMatchObject({ status: 'awaiting-code', method: 'sms' });
    const code = codeOf();
    expect((await submit(world.nodes[1], sms.requestId, code)).progress.outcome?.code).toBe(
      'APPROVED',
    );
    // Six digits stand in a ciphertext by chance; on their own they would be the code.
    const alone = new RegExp(`(?<![\\w-])${code}(?![\\w-])`);
    expect(JSON.stringify(await world.log())).not.toMatch(alone);
    expect(alone.test(world.bytes().toString('latin1'))).toBe(false);
  });

  test('SEC-36 its code counts for no other attempt, and three wrong ones end it', async () => {
    const person = await callable(world.nodes[0], 'sms');
    const first = await asked(person);
    await contact(world.nodes[0], first);
    const code = codeOf();
    await submit(world.nodes[0], first.requestId, code);
    const second = await asked(person);
    await contact(world.nodes[0], second);
    expect(codeOf()).not.toBe(code);
    expect((await submit(world.nodes[0], second.requestId, code)).progress).toMatchObject({
      triesLeft: 2,
    });
    await submit(world.nodes[1], second.requestId, '000000');
    expect((await submit(world.nodes[0], second.requestId, 'abc')).progress.outcome?.code).toBe(
      'CODE_RETRY_LIMIT',
    );
  });

  test('SEC-36 one right code a hundred times at once passes once', async () => {
    for (let round = 0; round < count(200); round += 1) {
      const sms = await asked(await callable(world.nodes[0], 'sms'));
      await contact(world.nodes[0], sms);
      const code = codeOf();
      await Promise.all(
        Array.from(
          { length: 100 },
          async (_, index) =>
            await submit(world.nodes[index % 2 === 0 ? 0 : 1], sms.requestId, code),
        ),
      );
      const facts = await world.nodes[0].events.readStream(authenticationStream(sms.requestId));
      expect(facts.filter(({ type }) => type === 'AuthenticationApproved')).toHaveLength(1);
      expect(
        facts.filter((fact) => fact.type === 'AuthenticationCodeSubmitted' && fact.data.accepted),
      ).toHaveLength(1);
    }
  }, 300_000);

  test('is answered in both directions with a PIN behind the code, where there is one', async () => {
    const oneWay = await asked(
      await callable(world.nodes[0], 'sms', { pin: true, preferences: { smsMode: 'pin' } }),
    );
    await contact(world.nodes[0], oneWay);
    expect(
      (await submit(world.nodes[0], oneWay.requestId, codeOf())).progress.outcome,
    ).toBeUndefined();
    expect(
      (await submit(world.nodes[0], oneWay.requestId, `${codeOf()}1111`)).progress.outcome,
    ).toBeUndefined();
    expect(
      (await submit(world.nodes[0], oneWay.requestId, codeOf() + pinOfPeople)).progress.outcome
        ?.code,
    ).toBe('APPROVED');
    const twoWay = await asked(
      await callable(world.nodes[0], 'sms', { preferences: { smsDirection: 'twoWay' } }),
    );
    await contact(world.nodes[0], twoWay);
    expect(await stand(twoWay.requestId)).toMatchObject({ status: 'awaiting-user' });
    expect((await submit(world.nodes[0], twoWay.requestId, codeOf())).progress.outcome?.code).toBe(
      'APPROVED',
    );
  });
});

describe('REL-10 a contact that is repeated', () => {
  test('after a crash between the provider and the record reaches the person once', async () => {
    for (let round = 0; round < count(200); round += 1) {
      world.telephony.contacted.length = 0;
      const call = await asked(await callable(world.nodes[0], round % 2 === 0 ? 'call' : 'sms'));
      // The commit that says that it was taken is lost on its way back, and so is the node.
      const real = world.telephony.answer;
      world.telephony.answer = async (one, again) => {
        const outcome = await real(one, again);
        throw Object.assign(new Error('killed'), { outcome });
      };
      await expect(contact(world.nodes[0], call)).rejects.toThrow('killed');
      world.telephony.answer = real;
      await contact(world.nodes[1], call);
      await contact(world.nodes[0], call);
      expect(world.telephony.contacted).toHaveLength(1);
      const facts = await world.nodes[0].events.readStream(authenticationStream(call.requestId));
      expect(facts.filter(({ type }) => type === 'AuthenticationContactAccepted')).toHaveLength(1);
    }
  }, 120_000);

  test('asks first, and where nobody knows it waits', async () => {
    const call = await asked(await callable(world.nodes[0], 'call'));
    const agains: boolean[] = [];
    world.telephony.answer = (_one, again) => {
      agains.push(again);
      throw new ContactUncertain('the provider is away');
    };
    await expect(contact(world.nodes[0], call)).rejects.toThrow('the provider is away');
    await expect(contact(world.nodes[1], call)).rejects.toThrow('the provider is away');
    expect(agains).toEqual([false, true]);
    await runIn(authenticationStream(call.requestId), world.nodes[0].activities.endAttempt, {
      requestId: call.requestId,
      step: 'deadline',
      code: 'NO_RESPONSE',
    });
    expect((await contact(world.nodes[0], call)).outcome?.code).toBe('NO_RESPONSE');
    expect(agains).toHaveLength(2);
  });
});

describe('a call', () => {
  test('is answered with # and heard once, however often the provider says so', async () => {
    const call = await asked(await callable(world.nodes[0], 'call'));
    await contact(world.nodes[0], call);
    await hear(world.nodes[0], call.requestId, { kind: 'answered', by: 'person' });
    const once = await hear(
      world.nodes[0],
      call.requestId,
      { kind: 'keys', digits: '#' },
      'primary',
      'said',
    );
    const twice = await hear(
      world.nodes[1],
      call.requestId,
      { kind: 'keys', digits: '#' },
      'primary',
      'said',
    );
    expect(once.progress.outcome?.code).toBe('APPROVED');
    expect(twice.script).toEqual(once.script);
  });

  test('goes to the backup phone when nobody answers the first', async () => {
    const call = await asked(await callable(world.nodes[0], 'call', { backup: true }));
    await contact(world.nodes[0], call);
    const { progress } = await hear(world.nodes[0], call.requestId, {
      kind: 'ended',
      reason: 'noAnswer',
    });
    expect(progress.contact).toBe(`${call.requestId}-backup`);
    await contact(world.nodes[0], { requestId: call.requestId, reference: progress.contact! });
    expect(world.telephony.contacted.map(({ to }) => to)).toEqual(['+15552580147', '+49301234567']);
    await hear(world.nodes[0], call.requestId, { kind: 'answered', by: 'person' }, 'backup');
    const last = await hear(
      world.nodes[0],
      call.requestId,
      { kind: 'keys', digits: '#' },
      'backup',
    );
    expect(last.progress.outcome?.code).toBe('APPROVED');
  });

  test('with a PIN compares it here, and never writes it down', async () => {
    const call = await asked(
      await callable(world.nodes[0], 'call', { pin: true, preferences: { callMode: 'pin' } }),
    );
    await contact(world.nodes[0], call);
    await hear(world.nodes[0], call.requestId, { kind: 'answered', by: 'person' });
    const wrong = await hear(world.nodes[0], call.requestId, { kind: 'keys', digits: '8046' });
    expect(wrong.script.lines).toMatchObject([{ message: 'fraudGreetingPin' }]);
    const right = await hear(world.nodes[0], call.requestId, { kind: 'keys', digits: pinOfPeople });
    expect(right.progress.outcome?.code).toBe('APPROVED');
    expect(JSON.stringify(await world.log())).not.toContain(pinOfPeople);
  });

  test('H10-10 whatever no provider takes ends once, by what the company says', async () => {
    const refuse = { kind: 'refused', code: 'PROVIDER_ERROR', detail: 'all are down' } as const;
    world.telephony.answer = () => refuse;
    const call = await asked(await callable(world.nodes[0], 'call', { backup: true }));
    expect((await contact(world.nodes[0], call)).outcome).toEqual({
      state: 'failed',
      code: 'PROVIDER_ERROR',
    });
    world.telephony.answer = () => ({ ...refuse, code: 'INVALID_PHONE' });
    const wrongNumber = await asked(await callable(world.nodes[0], 'sms'));
    expect((await contact(world.nodes[0], wrongNumber)).outcome?.code).toBe('INVALID_PHONE');
  });
});
