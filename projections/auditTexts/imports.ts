import type { ImportEvents } from '../../domain/events/imports.ts';
import type { Texts } from './parts.ts';

export const importTexts: Texts<ImportEvents> = {
  ImportStarted: ({ data }) => [
    data.kind === 'edit' ? 'Bulk edit' : 'Import',
    ` of ${data.rows} ${data.kind === 'tokens' ? 'OATH tokens' : 'people'} started (${data.mode}${data.dryRun ? ', dry run' : ''})`,
  ],
  ImportProgressed: ({ data }) => [
    `${data.done} rows done: ${data.added} added, ${data.updated} updated, ${data.skipped} skipped, ${data.failed} failed`,
  ],
  ImportFinished: ({ data }) => [
    data.lost ? 'Import ended early: its file is gone' : 'Import finished',
  ],
  UsersExported: ({ data }) => [
    data.unmasked ? 'Users exported with whole phone numbers' : 'Users exported',
  ],
};
