import type { LedgerDoor } from '../../../api/facade/ledger.ts';
import type { FakeWorld } from './fakeWorld.ts';

const note = 'log.example\n7\nroot\n\n\u2014 log.example signature\n';

/** A ledger that has signed seven events, the third of which can be proven. */
export const fakeLedger = (world: FakeWorld): LedgerDoor => ({
  async signCheckpoint(caller) {
    world.called('signCheckpoint', caller);
    return { size: 7, note };
  },
  async rotateKey(caller) {
    world.called('rotateKey', caller);
    return { keyId: '00c0ffee', verifier: 'log.example+00c0ffee+key' };
  },
  prove: async (eventId) =>
    eventId === '3' ? { position: 3, type: 'UserAdded', size: 7, proof: note } : undefined,
});
