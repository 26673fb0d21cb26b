import { answeredByWord } from './dialogue.ts';
import type { CallRecord, TextRecord } from './records.ts';

/** Dates as the interface of 2010-04-01 writes them (RFC 2822), to the second. */
const rfc2822 = (at: string): string => new Date(at).toUTCString().replace('GMT', '+0000');

const common = (
  account: string,
  kind: 'Calls' | 'Messages',
  { sid, to, from, at }: CallRecord | TextRecord,
) => ({
  sid,
  account_sid: account,
  api_version: '2010-04-01',
  to,
  from,
  date_created: rfc2822(at),
  date_updated: rfc2822(at),
  uri: `/2010-04-01/Accounts/${account}/${kind}/${sid}.json`,
});

/** A call as the interface shows it: with neither its address nor anything else of the caller's own. */
export const callJson = (account: string, call: CallRecord) => ({
  ...common(account, 'Calls', call),
  status: call.status,
  direction: 'outbound-api',
  answered_by: call.answeredBy === undefined ? null : answeredByWord[call.answeredBy],
  start_time: call.answeredBy === undefined ? null : rfc2822(call.at),
  end_time: call.endedAt === undefined ? null : rfc2822(call.endedAt),
  duration:
    call.endedAt === undefined
      ? null
      : String(Math.round((Date.parse(call.endedAt) - Date.parse(call.at)) / 1_000)),
});

export const messageJson = (account: string, text: TextRecord) => ({
  ...common(account, 'Messages', text),
  body: text.body,
  status: text.direction === 'out' ? 'delivered' : 'received',
  direction: text.direction === 'out' ? 'outbound-api' : 'inbound',
  date_sent: rfc2822(text.at),
  num_segments: '1',
  num_media: '0',
  error_code: null,
  error_message: null,
});

type Filtered = CallRecord | TextRecord;

/** `To`, `From`, `Status`, and a time with `<`, `>` or nothing behind its name; days where it has no time of day. */
export const matches = (record: Filtered, query: URLSearchParams, timeName: string): boolean => {
  for (const [name, value] of query) {
    if (name === 'To' && record.to !== value) return false;
    if (name === 'From' && record.from !== value) return false;
    if (name === 'Status' && 'status' in record && record.status !== value) return false;
    if (!name.startsWith(timeName)) continue;
    const at = record.at.slice(0, value.length);
    const limit = value.replace('Z', '');
    const day = at.slice(0, limit.length);
    if (name === timeName && day !== limit) return false;
    if (name === `${timeName}>` && day < limit) return false;
    if (name === `${timeName}<` && day > limit) return false;
  }
  return true;
};

const maxPageSize = 1_000;
const defaultPageSize = 50;

/** One page of a list, newest first. */
export const pageJson = (
  key: 'calls' | 'messages',
  path: string,
  rows: readonly object[],
  query: URLSearchParams,
) => {
  const size = Math.min(Math.max(1, Number(query.get('PageSize')) || defaultPageSize), maxPageSize);
  const page = Math.max(0, Math.floor(Number(query.get('Page')) || 0));
  const uriOf = (number: number): string => {
    const next = new URLSearchParams(query);
    next.set('Page', String(number));
    next.set('PageSize', String(size));
    return `${path}?${next.toString()}`;
  };
  return {
    [key]: rows.slice(page * size, (page + 1) * size),
    page,
    page_size: size,
    start: page * size,
    end: Math.min(rows.length, (page + 1) * size) - 1,
    uri: uriOf(page),
    first_page_uri: uriOf(0),
    previous_page_uri: page === 0 ? null : uriOf(page - 1),
    next_page_uri: rows.length > (page + 1) * size ? uriOf(page + 1) : null,
  };
};
