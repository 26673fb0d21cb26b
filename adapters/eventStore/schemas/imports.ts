import type { ImportEvents } from '../../../domain/events/imports.ts';
import type { Shapes } from '../fields.ts';

export const importFields = {} satisfies Shapes<ImportEvents>;
