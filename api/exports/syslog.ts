import type { EventView } from '../facade/events.ts';
import { isFailure } from './ocsf.ts';

/** RFC 5612: this number is for documentation; receivers tell us apart by the name before it. */
const structuredDataId = 'countersign@32473';
const appName = 'countersign';
const maxMessageIdLength = 32;
const severities = { notice: 5, warning: 4 } as const;

/** RFC 5424 §6.3.3: a value escapes its quote, its bracket and the escape. */
const value = (text: string): string =>
  text.replaceAll(/[\\"\]]/g, String.raw`\$&`).replaceAll(/[\r\n]+/g, ' ');
const printable = (text: string, maxLength: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, maxLength) || '-';

/** One event as a message of RFC 5424, without its frame. @param facility 0 to 23 (§6.2.1) */
export const syslog = (
  event: EventView,
  { facility, host }: { readonly facility: number; readonly host: string },
  text = event.summary,
): string => {
  const priority = facility * 8 + (isFailure(event) ? severities.warning : severities.notice);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['position', String(event.position)],
    ['eventId', event.eventId],
    ['type', event.type],
    ['actorKind', event.actorKind],
    ['actorId', event.actorId],
    ['actor', event.actor],
    ['subject', event.subject],
    ['userId', event.userId],
    ['channel', event.channel],
    ['address', event.address],
    ['requestId', event.requestId],
    ['correlationId', event.correlationId],
  ];
  const data = fields
    .filter(([, field]) => field !== undefined && field !== '')
    .map(([name, field = '']) => ` ${name}="${value(field)}"`)
    .join('');
  const messageId = printable(event.storedType, maxMessageIdLength);
  const header = `<${priority}>1 ${event.at} ${printable(host, 255)} ${appName} - ${messageId}`;
  return `${header} [${structuredDataId}${data}] \uFEFF${text}`;
};

/** Octet counting (RFC 5425 §4.3.1). */
export const framed = (message: string): Buffer => {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'ascii'), bytes]);
};
