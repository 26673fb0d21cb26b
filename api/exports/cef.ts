import packageJson from '../../package.json' with { type: 'json' };
import type { EventView } from '../facade/events.ts';
import { isFailure } from './ocsf.ts';

const inHeader = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]+/g, ' ');
const inExtension = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('=', '\\=')
    .replaceAll(/\r\n|\r|\n/g, '\\n');

/** CEF severities, 0 to 10. */
const calm = 3;
const noteworthy = 6;

/** One event in the Common Event Format 0 (ArcSight CEF Implementation Standard). */
export const cef = (event: EventView): string => {
  const header = [
    'CEF:0',
    'Countersign',
    'Countersign',
    packageJson.version,
    event.type,
    event.storedType,
    String(isFailure(event) ? noteworthy : calm),
  ];
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['rt', String(Date.parse(event.at))],
    ['externalId', String(event.position)],
    ['outcome', isFailure(event) ? 'failure' : 'success'],
    ['suser', event.actor],
    ['suid', event.actorId],
    ['duser', event.subject],
    ['duid', event.userId],
    ['src', event.address],
    ['app', event.channel],
    ['cs1Label', 'requestId'],
    ['cs1', event.requestId],
    ['cs2Label', 'correlationId'],
    ['cs2', event.correlationId],
    ['cs3Label', 'eventId'],
    ['cs3', event.eventId],
    ['msg', event.summary],
  ];
  const given = fields.filter(([, value]) => value !== undefined && value !== '');
  const extension = given.map(([name, value = '']) => `${name}=${inExtension(value)}`).join(' ');
  return `${header.map((part, index) => (index === 0 ? part : inHeader(part))).join('|')}|${extension}`;
};
