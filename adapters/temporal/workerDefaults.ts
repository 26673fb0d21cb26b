import type { WorkerOptions } from '@temporalio/worker';

/** Waiting requests kept warm; one that falls out is replayed from its history, which costs CPU, not correctness. */
const cachedWorkflows = 12_000;

export const workerDefaults = {
  reuseV8Context: true,
  workflowThreadPoolSize: 1,
  maxCachedWorkflows: cachedWorkflows,
  maxConcurrentWorkflowTaskExecutions: 100,
  maxConcurrentLocalActivityExecutions: 500,
  maxConcurrentActivityTaskExecutions: 200,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
  shutdownGraceTime: '15s',
  shutdownForceTime: '25s',
} as const satisfies Omit<WorkerOptions, 'taskQueue'>;
