import { z } from 'zod';
import type { ImportEvents } from '../../../domain/events/imports.ts';
import { count, flag, text, type Shapes } from '../fields.ts';

const maxWarnings = 100;

export const importFields = {
  ImportStarted: {
    kind: z.enum(['users', 'edit', 'tokens']),
    mode: z.enum(['add', 'update', 'both']),
    dryRun: flag,
    rows: count,
    pages: count,
    warnings: z.array(text).max(maxWarnings).readonly(),
  },
  ImportProgressed: {
    done: count,
    added: count,
    updated: count,
    skipped: count,
    failed: count,
    warned: count,
  },
  ImportFinished: { lost: flag },
  UsersExported: { unmasked: flag },
} satisfies Shapes<ImportEvents>;
