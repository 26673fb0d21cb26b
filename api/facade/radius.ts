import type { RadiusStatus, TracedPacket } from '../radius/monitor.ts';
import type { Caller } from '../facade.ts';

/** What an access server tells of a session (RFC 2866). */
export type AccountingReport = {
  readonly status: 'started' | 'interim' | 'stopped';
  /** As the access server names it; unique there only. */
  readonly session: string;
  /** Names this very report: a repeated one is on record once. */
  readonly packetId: string;
  /** The attempt that let the person in, where the access server gave our Class back. */
  readonly requestId?: string;
  readonly username?: string;
  readonly station?: string;
  readonly framedAddress?: string;
  readonly nas?: string;
  readonly seconds?: number;
  readonly inputOctets?: number;
  readonly outputOctets?: number;
  readonly cause?: number;
};

export interface RadiusCommands {
  /** On record when it resolves. */
  recordAccounting(caller: Caller, report: AccountingReport): Promise<void>;
  /** From now on packets of this client from this address must prove themselves. */
  secureRadiusClient(clientId: string, address: string): Promise<void>;
  /** Takes back what a client in mode `auto` has shown. @throws {Rejected} notFound */
  resetRadiusClient(caller: Caller, clientId: string): Promise<void>;
  /** A sample of packets that nobody was answered to. */
  recordDrops(drops: {
    readonly reason: string;
    readonly packets: number;
    readonly address: string;
  }): Promise<void>;
  /** So many wrong passwords in a row that the shared secret may be wrong. */
  doubtRadiusSecret(clientId: string): Promise<void>;
  /** Keeps a client's packets for ten minutes, in this process. @throws {Rejected} notFound */
  traceRadiusClient(caller: Caller, clientId: string): Promise<void>;
}

export interface RadiusQueries {
  /** Counters of this process. */
  radiusStatus(): RadiusStatus;
  radiusTrace(clientId: string): readonly TracedPacket[];
}
