import { createActivities, type Activities } from '../../../activities/index.ts';
import { StoreUnavailable } from '../../../adapters/eventStore/errors.ts';
import { eventId } from '../../../adapters/eventStore/eventId.ts';
import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import type { EventStore, StoredEvent } from '../../../adapters/eventStore/port.ts';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { argon2Pins } from '../../../adapters/pins/argon2.ts';
import type { Secrets } from '../../../adapters/secrets/port.ts';
import { peopleInLog } from '../../activities/peopleInLog.ts';
import { uploadsInMemory } from '../../../adapters/uploads/memory.ts';
import type { Sealed, SealedPlace } from '../../../domain/sealed.ts';
import { memoryWebhooks } from '../memoryWebhooks.ts';
import type { Telephony } from '../../../adapters/telephony/port.ts';
import { memoryTelephony, type MemoryTelephony } from '../memoryTelephony.ts';
import { memoryMailer } from '../memoryMailer.ts';
import { below, type Random } from '../fuzz.ts';

/** How often a commit meets a crash, before it or between it and its answer, in percent each. */
const crashPercent = 6;

export type SimulatedWorld = {
  /** The phone network, which outlives every node: whom it reached stays reached. */
  readonly telephony: MemoryTelephony;
  readonly store: EventStore;
  readonly clock: { nowMs: number };
  /** Two servers over one log; `crash` makes one forget all that it had in memory. */
  readonly nodes: Activities[];
  crash(node: number): void;
  /** No more crashes: what was begun comes to its end. */
  calm(): void;
  log(): Promise<readonly StoredEvent[]>;
};

/** Seals that open only at their place, without keys: the same text every time. */
const openSecretsOfGlass = (): Secrets => {
  const print = ({ owner, stream, field }: SealedPlace, plain: string) =>
    `s1:glass:${Buffer.from(JSON.stringify([owner, stream, field, plain])).toString('base64url')}` as Sealed;
  return {
    seal: async (place, plain) => print(place, plain),
    open: async (place, sealed) => {
      const [, , , plain] = JSON.parse(
        Buffer.from(sealed.slice(9), 'base64url').toString(),
      ) as string[];
      if (print(place, plain!) !== sealed) throw new Error('the seal is of another place');
      return plain;
    },
    destroy: async () => {},
    hash: (purpose, text) => Buffer.from(`${purpose} ${text}`).toString('hex'),
    close: async () => {},
  };
};

export const otp = otplibOtp();
const pins = argon2Pins();
export const secrets = openSecretsOfGlass();

/** Everything that a run can see: log, clock, ids and crashes come from its seed alone. */
export const simulatedWorld = (random: Random): SimulatedWorld => {
  const store = openMemoryEventStore();
  const clock = { nowMs: Date.UTC(2026, 0, 5, 9) };
  let ids = 0;
  let crashing = true;
  const next = () => (ids += 1).toString(16).padStart(12, '0');
  const unreliable: EventStore = {
    ...store,
    async commit(appends) {
      const dice = crashing ? below(random, 100) : 100;
      if (dice < crashPercent) throw new StoreUnavailable('crashed before the commit');
      const committed = await store.commit(appends);
      if (dice < 2 * crashPercent) throw new StoreUnavailable('crashed before the answer');
      return committed;
    },
  };
  const telephony = memoryTelephony();
  // The network takes a contact and its answer is lost, or it cannot be asked: either way the contact is tried again.
  const unreliableNetwork: Telephony = {
    async contact(one, again, startedAt) {
      const dice = crashing ? below(random, 100) : 100;
      if (dice < crashPercent) throw new StoreUnavailable('no way to the provider');
      const outcome = await telephony.contact(one, again, startedAt);
      if (dice < 2 * crashPercent) throw new StoreUnavailable('its answer was lost');
      return outcome;
    },
  };
  const startNode = (): Activities =>
    createActivities({
      events: unreliable,
      secrets,
      otp,
      mailer: memoryMailer(),
      people: peopleInLog(unreliable),
      telephony: unreliableNetwork,
      webhooks: memoryWebhooks(),
      pins,
      uploads: uploadsInMemory(),
      clock: () => clock.nowMs,
      newId: () => next().padStart(32, '0').toUpperCase(),
      newGuid: () => `00000000-0000-4000-8000-${next()}`,
      eventId,
    });
  const nodes = [startNode(), startNode()];
  return {
    store,
    telephony,
    clock,
    nodes,
    crash: (node) => void (nodes[node] = startNode()),
    calm: () => void (crashing = false),
    async log() {
      const all: StoredEvent[] = [];
      for (;;) {
        const page = await store.readAll(all.length);
        if (page.length === 0) return all;
        all.push(...page);
      }
    },
  };
};
