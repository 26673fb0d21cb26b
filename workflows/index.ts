/** What the worker registers. Types are named by their functions: never rename one. */
export { activation } from './activation.ts';
export { authentication } from './authentication.ts';
export { change } from './change.ts';
export { fraudReport } from './fraudReport.ts';
export { userBlock } from './userBlock.ts';
