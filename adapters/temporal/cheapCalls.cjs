// CommonJS, because `--require` loads it into every thread before anything else.
//
// The SDK guards each of its calls into the workflow sandbox by a time limit, for which Node starts and ends a thread
// (120 us a call on an idle machine, against 1.5 us without). Half of the calls run no workflow code and need none.
//
// It also notes the stack of every promise, for queries that ask a run where it stands. Ours say so by their events, and
// the notes were a quarter of what the thread of workflows does for a login (2.7 ms, 2.1 ms without).
'use strict';
const { promiseHooks } = require('node:v8');
const { Script } = require('node:vm');
const { isMainThread } = require('node:worker_threads');

/** Names in the SDK's `workflowModule`; the SDK's own code alone runs in them. */
const needNoLimit = new Set(['initRuntime', 'concludeActivation', 'dispose']);

promiseHooks.createHook = () => () => {};

if (!isMainThread) {
  const runInContext = Reflect.get(Script.prototype, 'runInContext');
  Script.prototype.runInContext = function (context, options) {
    // oxlint-disable-next-line eslint/no-underscore-dangle -- the SDK's own name
    const [, called] = context.__temporal_args ?? [];
    if (!needNoLimit.has(called)) return runInContext.call(this, context, options);
    const { timeout: _, ...unlimited } = options;
    return runInContext.call(this, context, unlimited);
  };
}
