import { csvLine } from '../../domain/csv.ts';
import type { ExportFormat } from '../../domain/exports.ts';
import type { EventView } from '../facade/events.ts';
import { cef } from './cef.ts';
import { ocsf } from './ocsf.ts';

const columns = [
  'position',
  'recordedAt',
  'at',
  'type',
  'actorKind',
  'actorId',
  'actor',
  'userId',
  'subject',
  'channel',
  'address',
  'requestId',
  'correlationId',
  'stream',
  'revision',
  'eventId',
  'summary',
  'data',
] as const satisfies readonly (keyof EventView)[];

const cell = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** What stands at the top of each file; empty for most formats. */
export const headerOf = (format: ExportFormat): string =>
  format === 'csv' ? csvLine([...columns]) : '';

/** One event as one line of a file, with its line break. */
export const lineOf = (format: ExportFormat, event: EventView): string => {
  switch (format) {
    case 'ndjson':
      return `${JSON.stringify(event)}\n`;
    case 'csv':
      return csvLine(columns.map((column) => cell(event[column])));
    case 'ocsf':
      return `${JSON.stringify(ocsf(event))}\n`;
    case 'cef':
      return `${cef(event)}\n`;
  }
};
