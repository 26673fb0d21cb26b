import { Client } from '@temporalio/client';
import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import type { OnRefused } from './codec.ts';
import { sealingDataConverter } from './dataConverter.ts';
import { deadlineInterceptor } from './deadlines.ts';
import { beatWhileRunning } from './heartbeats.ts';
import type { PayloadMasters } from './keys.ts';
import { workerDefaults } from './workerDefaults.ts';

export type TemporalOptions = {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Master keys of at least 32 bytes; the first seals, the others only open. */
  readonly masterKeys: PayloadMasters;
  /** A payload was refused (SEC-74). Replays repeat the call, so the alarm event needs an id made from the argument. */
  readonly onRefused: OnRefused;
  /** Mutual TLS for every server that is not on loopback (SEC-75). */
  readonly tls?: Exclude<NativeConnectionOptions['tls'], undefined>;
};

export type TemporalWorkerOptions = Omit<
  WorkerOptions,
  'connection' | 'namespace' | 'dataConverter' | 'interceptors' | 'workflowsPath' | 'bundlerOptions'
>;

export type TemporalConnection = {
  readonly client: Client;
  readonly nativeConnection: NativeConnection;
  createWorker(options: TemporalWorkerOptions): Promise<Worker>;
  close(): Promise<void>;
};

/**
 * The only door to Temporal: what comes out seals its payloads, and cannot be had without keys (SEC-73).
 * Client and worker share one connection, which is what lets `requestEagerStart` hand the first task over in-process.
 * @throws {RangeError} without a master key, or for a server off loopback without TLS
 */
export const connectTemporal = async (options: TemporalOptions): Promise<TemporalConnection> => {
  const { address, namespace, tls } = options;
  const dataConverter = sealingDataConverter(options);
  if (!tls && !isLoopback(address)) {
    throw new RangeError(`Temporal at ${address} is not on loopback: it needs mutual TLS`);
  }
  const connection = await NativeConnection.connect({
    address,
    tls: tls ?? false,
    grpcCompression: { codec: 'none' }, // Sealed payloads do not shrink.
  });
  const client = new Client({
    connection,
    namespace,
    dataConverter,
    interceptors: { workflow: [deadlineInterceptor(connection)] },
  });
  return {
    client,
    nativeConnection: connection,
    createWorker: (worker) =>
      Worker.create({
        ...workerDefaults,
        ...worker,
        connection,
        namespace,
        dataConverter,
        interceptors: { activity: [beatWhileRunning] },
      }),
    close: () => connection.close(),
  };
};

/** True for `127.x.x.x:port`, `localhost:port` and `[::1]:port`. */
export const isLoopback = (address: string): boolean =>
  /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\]):\d{1,5}$/.test(address);
