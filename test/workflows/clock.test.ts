import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { approvalsIn, byUsers } from './approvals.ts';
import { startEngine, type Engine } from './engine.ts';

jest.setTimeout(120_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine({ idle: true })), 60_000);
afterAll(async () => await engine.stop(), 60_000);

const { people, request, types } = approvalsIn(() => engine);

test('the clock of the test server goes on after a run that ended in the middle of a step', async () => {
  const lost = await engine.start('approval', 'approval-lost', { approvalId: 'lost' });
  await lost.terminate('nobody has begun with it');
  engine.work();
  const [requestor, a] = await people(2);
  const asked = await request(byUsers([a!], { durationSeconds: 86_400 }), requestor!);
  await engine.untilEnd(asked.handle);
  expect(await types(asked)).toContain('ApprovalExpired');
});
