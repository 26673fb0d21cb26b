import type { DropReason, Monitor } from './monitor.ts';

/** One event for all packets of a reason in this time. */
const sampleMs = 60_000;

/** Counts what is thrown away, and puts a sample of it on record. */
export const createDrops = (
  monitor: Monitor,
  record: (drops: { reason: string; packets: number; address: string }) => Promise<void>,
  onError: (error: unknown) => void,
) => {
  const waiting = new Map<
    DropReason,
    { packets: number; address: string; timer: NodeJS.Timeout }
  >();
  const flush = (reason: DropReason): void => {
    const sample = waiting.get(reason);
    waiting.delete(reason);
    if (!sample) return;
    clearTimeout(sample.timer);
    const { packets, address } = sample;
    void record({ reason, packets, address }).catch(onError);
  };

  return {
    drop(reason: DropReason, address: string, clientId?: string): undefined {
      monitor.dropped(reason, clientId);
      const sample = waiting.get(reason);
      if (sample) {
        sample.packets += 1;
        sample.address = address;
        return undefined;
      }
      const timer = setTimeout(() => flush(reason), sampleMs).unref();
      waiting.set(reason, { packets: 1, address, timer });
      return undefined;
    },
    stop(): void {
      for (const reason of waiting.keys()) flush(reason);
    },
  };
};
