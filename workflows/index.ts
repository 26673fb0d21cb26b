/** What the worker registers. Types are named by their functions: never rename one. */
export { activation } from './activation.ts';
export { approval } from './approval.ts';
export { authentication } from './authentication.ts';
export { change } from './change.ts';
export { delivery } from './delivery.ts';
export { fraudReport } from './fraudReport.ts';
export { mail } from './mail.ts';
export { oneTimeBypass } from './oneTimeBypass.ts';
export { tokenImport } from './tokenImport.ts';
export { userBlock } from './userBlock.ts';
export { userExport } from './userExport.ts';
export { userImport } from './userImport.ts';

/**
 * The engine's SDK notes where each promise was made, for as long as it is open: with whole stacks, mapped to the sources,
 * that was more than half of what a waiting run held in memory. An error still says where it was thrown.
 */
Error.stackTraceLimit = 1;
