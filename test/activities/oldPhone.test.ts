import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Effect } from '../../domain/effects.ts';
import { mailStream, userStream } from '../../domain/ids.ts';
import { systemActor } from '../../domain/inputs.ts';
import type { Notice } from '../../domain/notice.ts';
import { sealed } from '../domain/people.ts';
import type { Settings } from '../../domain/settings.ts';
import { userKey } from '../../domain/sealed.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { activate, addPerson, callable, changeUser, type Person } from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

let world: World;
let node: Node;
const configure = async (command: object): Promise<void> => {
  const change = { kind: 'configuration', command, origin: { actor: systemActor } };
  await runIn('configure', node.activities.change, change as never, randomUUID());
};
const set = async (changes: Partial<Settings>) =>
  await configure({ type: 'changeSettings', changes });

beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
  await set({ companyName: 'Example Org' });
  const provider = {
    type: 'http',
    baseUrl: 'https://texts.example.org',
    account: 'a',
    secret: sealed('secret'),
    from: '+15550100',
    order: 1,
    texts: true,
    calls: false,
  };
  const kind = 'telephonyProvider';
  await configure({ type: 'setItem', kind, itemId: 'one', item: provider });
});
afterAll(async () => await world.close());
beforeEach(() => void (world.telephony.contacted.length = 0));

const noticesIn = (effects: readonly Effect[]): readonly Notice[] =>
  effects.flatMap((effect) =>
    effect.kind === 'notify' && effect.notice.to.kind === 'oldPhone' ? [effect.notice] : [],
  );

const change = async ({ userId }: Person, command: UserCommand): Promise<readonly Notice[]> =>
  noticesIn((await changeUser(node, { who: { userId }, command })).effects);

/** What the workflow of a notice does, with every step taken twice. */
const tell = async (notice: Notice): Promise<void> => {
  const { noticeId } = notice;
  for (let time = 0; time < 2; time += 1) {
    const stream = mailStream(noticeId);
    const open = await runIn(stream, node.activities.composeMail, { noticeId, notice });
    for (const { mailId } of open)
      await runIn(stream, node.activities.sendMail, { noticeId, mailId });
  }
};

const texted = () =>
  world.telephony.contacted.map((contact) => [
    contact.to,
    contact.kind === 'text' ? contact.text : '',
  ]);

const phoneOf = async ({ userId }: Person, which: 'primary' | 'backup', text: string) => {
  const field = which === 'primary' ? 'phone' : 'backupPhone';
  const place = { owner: userKey(userId), stream: userStream(userId), field };
  const phone = await node.secrets.seal(place, text);
  return { which, masked: '+1 XXX', phone, phoneKey: text };
};

const [primary, backup] = ['+15552580147', '+49301234567'];
const english = (what: string) =>
  `Example Org: the way you sign in was changed: ${what}. If this was not you, tell your help desk at once.`;

describe('SEC-51 the old phone', () => {
  test('SEC-51 hears of its own end, once, though the step and the text are repeated', async () => {
    const person = await callable(node, 'sms');
    const phones = [await phoneOf(person, 'primary', '+1 5559990000')];
    const [notice, ...more] = await change(person, { type: 'update', data: {}, phones });
    expect(more).toEqual([]);
    await tell(notice!);
    expect(texted()).toEqual([[primary, english('phone number')]]);
    const facts = await node.events.readStream(mailStream(notice!.noticeId));
    expect(facts.map(({ type }) => type)).toEqual(['MailQueued', 'MailSent']);
    expect(JSON.stringify(facts)).not.toContain('5552580147');
    // The next change is told to the new one.
    const [next] = await change(person, { type: 'update', data: {}, method: { method: 'call' } });
    await tell(next!);
    expect(texted()[1]).toEqual(['+15559990000', english('method')]);
  });

  test('SEC-51 a changed backup number hears of it itself; a first one is told to the other phone', async () => {
    const both = await callable(node, 'sms', { backup: true });
    const phones = [await phoneOf(both, 'backup', '+1 5559990000')];
    for (const notice of await change(both, { type: 'update', data: {}, phones }))
      await tell(notice);
    expect(texted()).toEqual([[backup, english('backup phone number')]]);
    const one = await callable(node, 'sms');
    const first = [await phoneOf(one, 'backup', '+1 5559990000')];
    for (const notice of await change(one, { type: 'update', data: {}, phones: first }))
      await tell(notice);
    expect(texted()[1]).toEqual([primary, english('backup phone number')]);
  });

  test('SEC-51 hears of PIN, method, device and reset, in its own language', async () => {
    const person = await callable(node, 'sms', { preferences: { smsLanguage: 'de' } });
    const place = { owner: userKey(person.userId), stream: userStream(person.userId) };
    const pinHash = await node.secrets.seal({ ...place, field: 'pinHash' }, 'hash');
    const setPin = { type: 'setPin', pinHash, changeRequired: true, by: 'administrator' } as const;
    const { deviceId } = await activate(node, world, person);
    for (const command of [
      setPin,
      { type: 'removeDevice', deviceId, reason: 'removed' },
      { type: 'resetRegistration' },
    ] as const)
      for (const notice of await change(person, command)) await tell(notice);
    const german = (what: string) =>
      `Example Org: Ihre Anmeldung wurde geändert: ${what}. Waren Sie das nicht, melden Sie es sofort Ihrem Helpdesk.`;
    expect(texted()).toEqual([
      [primary, german('PIN')],
      [primary, german('Gerät entfernt')],
      [primary, german('Registrierung zurückgesetzt')],
    ]);
  });

  test('SEC-51 nobody without a number, nobody new, and nobody where it is off is texted', async () => {
    const without = await addPerson(node);
    const method = { type: 'update', data: {}, method: { method: 'oath' } } as const;
    expect(await change(without, method)).toEqual([]);
    const first = [await phoneOf(without, 'primary', '+1 5559990000')];
    for (const notice of await change(without, { type: 'update', data: {}, phones: first })) {
      await tell(notice);
      const facts = await node.events.readStream(mailStream(notice.noticeId));
      expect(facts).toMatchObject([{ type: 'MailSkipped', data: { reason: 'noAddress' } }]);
    }
    const person = await callable(node, 'sms');
    const unrelated = { type: 'update', data: { group: 'x' } } as const;
    expect(await change(person, unrelated)).toEqual([]);
    await set({ sendTextsToUsers: false });
    expect(await change(person, method)).toEqual([]);
    await set({ sendTextsToUsers: true });
    await configure({ type: 'removeItem', kind: 'telephonyProvider', itemId: 'one' });
    expect(await change(person, { ...method, method: { method: 'app' } })).toEqual([]);
    expect(texted()).toEqual([]);
  });
});
