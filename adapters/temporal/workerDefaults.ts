import type { WorkerOptions } from '@temporalio/worker';

/**
 * Waiting requests kept warm, about 100 KB each. One that falls out is replayed from its history when it is answered, which
 * made that 1.4 times as slow where all had fallen out, and costs nothing while it waits.
 */
const cachedWorkflows = 3_000;

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
  // A worker that died leaves its warm requests to the others after this long.
  stickyQueueScheduleToStartTimeout: '2s',
  shutdownGraceTime: '15s',
  shutdownForceTime: '25s',
} as const satisfies Omit<WorkerOptions, 'taskQueue'>;
