import { syslogReceiver } from './syslogReceiver.ts';
import type { ServerProcess } from './serverProcess.ts';
import { until } from './until.ts';

/** What left in one format, as it was written or received. */
export type Exported = { readonly format: string; readonly text: string };

type Lines = {
  readonly header: string;
  readonly items: readonly { readonly line: string }[];
  readonly nextCursor?: string;
};

/** Files of every format, and all that a target of another system was sent, from the first event on. */
export const readExports = async (
  { rest }: ServerProcess,
  syslog: Awaited<ReturnType<typeof syslogReceiver>>,
): Promise<readonly Exported[]> => {
  const files: Exported[] = [];
  for (const format of ['ndjson', 'csv', 'ocsf', 'cef']) {
    const parts: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const place = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await rest.ok<Lines>('GET', `/audit/lines?format=${format}&limit=500${place}`);
      parts.push(page.header, ...page.items.map(({ line }) => line));
      cursor = page.nextCursor;
    }
    files.push({ format, text: parts.join('') });
  }

  const { newest } = await rest.ok<{ newest: number }>('GET', '/events?limit=1');
  for (const format of ['syslog', 'cef', 'ocsf']) {
    const before = syslog.received.length;
    const { port, ca } = syslog;
    const target = { host: '127.0.0.1', serverName: 'localhost', port, ca, format, from: 'start' };
    await rest.ok('PUT', `/configuration/exportTarget/canary-${format}`, target);
    await until('the target to have what there was', () =>
      syslog.received.slice(before).some(({ position }) => position >= newest),
    );
    await rest.call('DELETE', `/configuration/exportTarget/canary-${format}`, undefined, {
      'if-match': '*',
    });
    const texts = syslog.received.slice(before).map(({ fields, text }) => ({ fields, text }));
    files.push({ format: `${format} over TLS`, text: JSON.stringify(texts) });
  }
  if (syslog.faults.length > 0) throw new Error(syslog.faults.join('\n'));
  return files;
};
