/** Formats that the log leaves in (docs/reference/exports.md). */
export const exportFormats = ['ndjson', 'csv', 'ocsf', 'cef'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Files of one export, at most. */
export const maxExportFiles = 1_000;
