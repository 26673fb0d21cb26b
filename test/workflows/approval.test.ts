import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { approvalsIn, byUsers } from './approvals.ts';
import { startEngine, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

const { people, request, types, decide } = approvalsIn(() => engine);

describe('decisions', () => {
  test('H90-1 two of three: the second approval ends it', async () => {
    const [requestor, a, b, c] = await people(4);
    const asked = await request(byUsers([a!, b!, c!], { quorum: 2 }), requestor!);
    expect(asked.opened).toMatchObject({ kind: 'open', state: 'pending' });
    await decide(asked, a!);
    expect(await types(asked)).not.toContain('ApprovalGranted');
    await decide(asked, b!);
    expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
    expect((await types(asked)).slice(-3)).toEqual([
      'ApprovalDecided',
      'ApprovalStageClosed',
      'ApprovalGranted',
    ]);
  });
});
