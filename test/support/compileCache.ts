import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What Node has compiled of our sources, for all processes that tests start: a command costs half, and a start a second
 * less. Node writes to it at an orderly end only.
 */
export const compileCache = join(tmpdir(), 'countersign-compile-cache');
