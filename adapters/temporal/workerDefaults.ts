import type { WorkerOptions } from '@temporalio/worker';
import { beatEveryMs } from './heartbeats.ts';

/**
 * Waiting requests kept warm. Many more cost 100 kB each and slow down everybody: among 10,000 that waited, a decision took
 * 1.86 times as long as among 10 with 3,000 of them warm, and 1.57 times with 300. One that is cold is replayed from its
 * history when it is answered, and costs nothing while it waits.
 */
const cachedWorkflows = 300;

/**
 * Measured on 2 cores, 8 clients, one local activity a run: a reused V8 context does 81 runs/s against 39; pollers
 * (2 to 20, or autoscaling) and slots made no difference that repeats.
 */
export const workerDefaults = {
  reuseV8Context: true,
  workflowThreadPoolSize: 1,
  maxCachedWorkflows: cachedWorkflows,
  maxConcurrentWorkflowTaskExecutions: 100,
  maxConcurrentLocalActivityExecutions: 500,
  maxConcurrentActivityTaskExecutions: 200,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
  // Every beat goes out, so that the engine's last one is never older than this.
  maxHeartbeatThrottleInterval: beatEveryMs,
  // A worker that died leaves its warm requests to the others after this long.
  stickyQueueScheduleToStartTimeout: '2s',
  shutdownGraceTime: '15s',
  shutdownForceTime: '25s',
} as const satisfies Omit<WorkerOptions, 'taskQueue'>;
