import { expect } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import { activate, addPerson, open, openInput, type Person, type Phone } from './people.ts';
import { type Node, type World } from './world.ts';

/** What the tests of repeated steps do over and over, on the world of the moment. */
export const repeatingIn = (world: () => World) => {
  const head = async () => await world().nodes[0].events.head();

  /**
   * Takes a step whose answer is lost after its commit, then repeats it on this node, on another and again:
   * all answers are the same and nothing is appended any more. @returns the answer
   */
  const repeated = async <T>(step: (on: Node) => Promise<T>): Promise<T> => {
    const before = await head();
    world().nodes[0].loseNextAnswer();
    await expect(step(world().nodes[0])).rejects.toThrow('the answer was lost');
    const after = await head();
    expect(after).toBeGreaterThan(before);
    const answer = await step(world().nodes[0]);
    expect(await step(world().nodes[1])).toEqual(answer);
    expect(await step(world().nodes[0])).toEqual(answer);
    expect(await head()).toBe(after);
    return answer;
  };

  /** An open push of somebody with a phone. */
  const openPush = async (person?: Person, phone?: Phone) => {
    const who = person ?? (await addPerson(world().nodes[0]));
    const has = phone ?? (await activate(world().nodes[0], world(), who));
    const input = await openInput(world().nodes[0], who);
    await open(world().nodes[0], input);
    const facts = await world().nodes[0].events.readStream(authenticationStream(input.requestId));
    const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent')!;
    return { who, phone: has, input, requestId: input.requestId, guid: sent.data.devices[0]!.guid };
  };

  return { head, repeated, openPush };
};
