import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import { count } from '../support/profile.ts';
import {
  addTokenHolder,
  changeUser,
  codeOf,
  open,
  openInput,
  origin,
  sealForRequest,
} from './people.ts';
import { openWorld, runIn, type World } from './world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(async () => await world.close());

test('SEC-39 nothing that begins after a block is acknowledged is accepted, by either node or door', async () => {
  const [one, two] = world.nodes;
  for (let round = 0; round < count(1_000); round += 1) {
    const person = await addTokenHolder(one);
    const code = codeOf(person, world.clock.nowMs);
    const waiting = await openInput(one, person);
    await open(one, waiting);
    const { requestId } = waiting;
    const submit = {
      requestId,
      step: 'submit',
      code: await sealForRequest(one, requestId, 'code', code),
      origin,
    };
    const before = await openInput(two, person, { code });
    let acknowledged = 0;
    const raced = Promise.all([
      open(two, before),
      changeUser(one, {
        who: { userId: person.userId },
        command: { type: 'block', blockId: `B${round}`, reason: 'x' },
      }).then(({ position }) => void (acknowledged = position)),
    ]);
    await raced;
    const after = await Promise.all([
      open(two, await openInput(two, person, { code })),
      runIn(authenticationStream(requestId), two.activities.submitCode, submit).then(
        ({ progress }) => progress,
      ),
    ]);
    expect(after.map(({ outcome }) => outcome?.code)).toEqual(['USER_BLOCKED', 'USER_BLOCKED']);
    const accepts = (await one.events.readAll(acknowledged)).filter(
      ({ type }) => type === 'AuthenticationApproved',
    );
    expect(accepts).toEqual([]);
  }
}, 600_000);
