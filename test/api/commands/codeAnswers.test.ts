import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createAttemptWatch } from '../../../api/commands/attemptWatch.ts';
import { codeAnswers } from '../../../api/commands/codeAnswers.ts';
import type { CommandContext } from '../../../api/commands/context.ts';
import { NotRunning } from '../../../api/commands/engine.ts';
import { Unavailable, type Caller } from '../../../api/facade.ts';
import { authenticationStream } from '../../../domain/ids.ts';
import type { SubmitCode } from '../../../domain/inputs.ts';
import { addTokenHolder, codeOf, open, openInput } from '../../activities/people.ts';
import { openWorld, runIn, type Node, type World } from '../../activities/world.ts';

let world: World;
let node: Node;
beforeEach(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterEach(async () => await world.close());

const caller: Caller = { actor: { kind: 'apiClient', id: 'shop' }, channel: 'rest' };

/** An attempt that asks for a code, and the way to it through an engine that fails as told. */
const asked = async ({ taken, fault }: { taken: boolean; fault: Error }) => {
  const person = await addTokenHolder(node);
  const input = await openInput(node, person);
  const { requestId } = input;
  await open(node, input);
  const attempts = await createAttemptWatch(node.events, () => undefined);
  const woken: (readonly [string, string])[] = [];
  const engine = {
    async update(stream: string, _update: unknown, step: string, answer: Omit<SubmitCode, 'step'>) {
      const submit = { ...answer, requestId, step };
      if (taken) await runIn(stream, node.activities.submitCode, submit);
      throw fault;
    },
    async signal(stream: string, { name }: { readonly name: string }) {
      woken.push([stream, name]);
      throw fault;
    },
  };
  const { events, secrets } = node;
  const now = (): number => world.clock.nowMs;
  const context = { attempts, engine, events, secrets, newGuid: randomUUID, now };
  const codes = codeAnswers(context as unknown as CommandContext);
  const asking = await attempts.read(requestId);
  const triesLeft = asking.status === 'awaiting-code' ? asking.triesLeft : undefined;
  const hand = async (code: string) =>
    await codes.hand(caller, requestId, { code, answerId: randomUUID(), triesLeft });
  return { hand, attempts, requestId, woken, code: codeOf(person, world.clock.nowMs) };
};

const gone = new Unavailable('the workflow engine does not answer');

test('a code that was taken counts, whatever the engine says about it afterwards', async () => {
  for (const fault of [gone, new NotRunning('ended')]) {
    const { hand, attempts, requestId, woken, code } = await asked({ taken: true, fault });
    expect(await hand(code)).toEqual({ throttled: false });
    // Its run may not know of it, nor those who joined.
    expect(woken).toEqual([[authenticationStream(requestId), 'deadline']]);
    expect(await attempts.read(requestId)).toMatchObject({
      status: 'ended',
      outcome: { code: 'APPROVED' },
    });
    attempts.close();
  }
});

test('a wrong code that was taken costs its try, and no error', async () => {
  const { hand, attempts, requestId } = await asked({ taken: true, fault: gone });
  expect(await hand('000000x')).toEqual({ throttled: false });
  expect(await attempts.read(requestId)).toMatchObject({ status: 'awaiting-code', triesLeft: 2 });
  attempts.close();
});

test('a code that never came to be on record fails as the engine did', async () => {
  for (const fault of [gone, new NotRunning('ended')]) {
    const { hand, attempts, requestId, code } = await asked({ taken: false, fault });
    await expect(hand(code)).rejects.toBe(fault);
    const facts = await node.events.readStream(authenticationStream(requestId));
    expect(facts.map(({ type }) => type)).not.toContain('AuthenticationCodeSubmitted');
    attempts.close();
  }
});
