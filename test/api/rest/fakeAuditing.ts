import type { Queries } from '../../../api/facade.ts';
import type { AuditingDoor } from '../../../api/facade/auditing.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

const state = { stateId: 'S1', position: 1, asOf: at, expiresAt: at };

/** One past state, which is the present. */
export const fakeAuditing = (world: FakeWorld, queries: Queries): AuditingDoor => ({
  async makeState(caller, _moment, onProgress) {
    world.called('makeState', caller);
    onProgress(1, 1);
    return state;
  },
  listStates: () => [state],
  stateQueries: (stateId) => (stateId === 'S1' ? queries : undefined),
  dropState: async (stateId) => stateId === 'S1',
  async differences(before) {
    if (before !== 'S1') throw new Rejected('notFound', 'there is no such state');
    return [];
  },
  async startExport(caller) {
    world.called('startExport', caller);
    return { exportId: newId(), upTo: 1 };
  },
  async finishExport(caller) {
    world.called('finishExport', caller);
  },
  exportTargets: async () => [],
  rebuilt: async () => undefined,
  searched: async () => undefined,
  refused: async () => undefined,
});
