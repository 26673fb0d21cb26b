import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangeConfiguration } from '../../domain/inputs.ts';
import { toIso } from '../../domain/instants.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import { addPerson, changeUser, origin, type Person } from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';
import { repeatingIn } from './repeating.ts';

let world: World;
let node: Node;
let other: Node;
beforeEach(async () => {
  world = await openWorld();
  [node, other] = world.nodes;
});
afterEach(async () => await world.close());

const { head, repeated, openPush } = repeatingIn(() => world);

describe('REL-02 a change that is repeated after a hidden success', () => {
  const changed = async (person: Person, command: UserCommand, who: 'name' | 'id' = 'name') => {
    const step = `change-${randomUUID()}`;
    const target = who === 'name' ? { usernameKey: person.usernameKey } : { userId: person.userId };
    return await repeated(async (on) => await changeUser(on, { who: target, command }, step));
  };

  test('REL-02 gives the same result and the same effects, whatever it changes', async () => {
    const person = await addPerson(node);
    const { phone } = await openPush(person);
    const block = await changed(person, { type: 'block', blockId: 'B1', reason: 'lost' });
    expect(block.result).toMatchObject({ userId: person.userId, blockId: 'B1' });
    expect(block.effects.map(({ kind }) => kind)).toEqual(['holdBlock', 'endAttempt']);
    expect((await changed(person, { type: 'unblock', reason: 'found' })).effects).toEqual([
      { kind: 'liftBlock', blockId: 'B1' },
    ]);
    expect(
      (await changed(person, { type: 'setEnabled', enabled: false }, 'id')).effects,
    ).toHaveLength(1);
    await changed(person, { type: 'setEnabled', enabled: true });
    await changed(person, { type: 'update', data: { group: 'sales' }, method: { method: 'oath' } });
    await changed(person, { type: 'update', data: {}, method: { method: 'app' } });
    await changed(person, { type: 'issuePermit', tokenHash: phone.tokenHash, permitHash: 'p' });
    const data = { tokenHash: 'new', notificationType: 'pull' };
    await changed(person, {
      type: 'changeDeviceToken',
      permitHash: 'p',
      oldTokenHash: phone.tokenHash,
      data,
    });
    const activationId = randomUUID();
    const request = {
      type: 'requestActivation',
      activationId,
      routeHash: 'r',
      expiresAt: toIso(world.clock.nowMs),
    } as const;
    expect((await changed(person, request)).effects.map(({ kind }) => kind)).toEqual([
      'openActivation',
    ]);
    await changed(person, { type: 'removeDevice', deviceId: phone.deviceId, reason: 'removed' });
  });

  test('REL-02 adds a person once', async () => {
    const usernameKey = node.secrets.hash('username', 'jo');
    const data = {
      username: 's1:a:b' as never,
      usernameKey,
      enabled: true,
      method: 'app',
      appMode: 'standard',
      objectId: randomUUID(),
      source: 'manual',
    } as const;
    const adding = {
      who: { usernameKey },
      newUserId: 'U1',
      command: { type: 'add', data },
    } as const;
    const { result } = await repeated(async (on) => await changeUser(on, adding, 'add-1'));
    expect(result).toEqual({ userId: 'U1' });
    await expect(changeUser(node, { ...adding, newUserId: 'U2' }, 'add-2')).rejects.toMatchObject({
      type: 'alreadyExists',
    });
  });

  test('REL-02 removes a person by name once, and not the next one of that name', async () => {
    const person = await addPerson(node, 'jo');
    const { requestId } = await openPush(person);
    const step = 'remove-1';
    const removal = {
      who: { usernameKey: person.usernameKey },
      command: { type: 'remove' },
    } as const;
    const removed = await repeated(async (on) => await changeUser(on, removal, step));
    expect(removed.effects).toEqual([{ kind: 'endAttempt', requestId, code: 'SUPERSEDED' }]);
    const next = await addPerson(node, 'jo');
    const before = await head();
    expect((await changeUser(node, removal, step)).result).toEqual({ userId: person.userId });
    expect(await head()).toBe(before);
    expect((await changeUser(node, removal, 'remove-2')).result).toEqual({ userId: next.userId });
  });

  test('REL-02 has the effects of its own facts after others have changed the person', async () => {
    const person = await addPerson(node);
    const block = {
      who: { userId: person.userId },
      command: { type: 'block', blockId: 'B1', reason: 'x' },
    } as const;
    node.loseNextAnswer();
    await expect(changeUser(node, block, 'block-1')).rejects.toThrow('lost');
    await changeUser(other, { who: block.who, command: { type: 'unblock', reason: 'y' } });
    const before = await head();
    const again = await changeUser(node, block, 'block-1');
    expect(again.effects.map(({ kind }) => kind)).toEqual(['holdBlock']);
    expect(await head()).toBe(before);
  });

  test('REL-02 changes the configuration once', async () => {
    const commands: readonly ChangeConfiguration['command'][] = [
      { type: 'createDeployment', data: { tenantId: 't', groupKey: 'g', companyName: 'c' } },
      { type: 'changeSettings', changes: { codeTries: 5 } },
      {
        type: 'addServiceAccount',
        data: { accountId: 'A', name: 'mim', secretHash: 'h', groups: [] },
      },
      { type: 'removeServiceAccount', name: 'mim' },
      { type: 'addApiClient', data: { clientId: 'C', name: 'x', secretHash: 'h', scopes: [] } },
      { type: 'removeApiClient', clientId: 'C' },
    ];
    for (const command of commands)
      await repeated(
        async (on) =>
          (
            await runIn(
              command.type,
              on.activities.change,
              { kind: 'configuration', command, origin },
              command.type,
            )
          ).result,
      );
    const known = { kind: 'configuration', command: commands[3]!, origin } as const;
    await expect(runIn('later', node.activities.change, known, 'later')).rejects.toMatchObject({
      type: 'notFound',
    });
  });
});
