import { createHash } from 'node:crypto';

/** SHA-256 of a text, lower-case hexadecimal: how tokens, keys and permits are kept and compared. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
