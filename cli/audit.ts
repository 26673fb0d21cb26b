import type { Command } from 'commander';
import type { AuditRowReply, ExplanationReply } from '../api/rest/audit.ts';
import { path, rowsOf, runs } from './command.ts';
import { localTime, table } from './output.ts';

/** An instant as the interface takes it; what is no date goes as it is, for the server to refuse. */
const instantOf = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
};

/** Ids, keys and times tell a person nothing here; `--json` has them. */
const forPrograms = /(?:Id|Key|Hash)$|^(?:at|guid)$/;

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const shown = (data: Readonly<Record<string, unknown>>): string =>
  Object.entries(data)
    .filter(([name, value]) => !forPrograms.test(name) && isPlain(value))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** The story: each event with the seconds since the first, who did it, and what it says. */
const story = ({ requestId, workflowId, runs: found, events }: ExplanationReply): string => {
  const start = Date.parse(events[0]?.at ?? '');
  const seconds = (at: string): string => `+${((Date.parse(at) - start) / 1000).toFixed(3)} s`;
  return [
    `request ${requestId}, from ${localTime(events[0]?.at)}`,
    '',
    table(
      ['AFTER', 'WHAT', 'WHO', 'HOW', 'WITH'],
      events.map((event) => [
        seconds(event.at).padStart(10),
        event.type,
        event.actor,
        event.summary,
        shown(event.data),
      ]),
    ),
    '',
    `workflow ${workflowId}`,
    ...found.map(
      ({ runId, status, startedAt }) =>
        `  run ${runId}: ${status}, started ${localTime(startedAt)}`,
    ),
  ].join('\n');
};

export const addAudit = (program: Command): void => {
  const audit = program.command('audit').description('the audit log');
  const log = audit
    .command('log')
    .description('list audit entries, newest first')
    .option('--user <upn>', 'about one user')
    .option('--request <id>', 'of one request')
    .option('--type <type>', 'of one event type')
    .option('--from <time>', 'not before, as in 2026-11-22T10:00')
    .option('--to <time>', 'not after')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(log, async (run) => {
    const rows = await rowsOf<AuditRowReply>(run, '/audit', {
      username: run.text('user'),
      requestId: run.text('request'),
      type: run.text('type'),
      from: instantOf(run.text('from')),
      to: instantOf(run.text('to')),
    });
    run.show(rows, () =>
      table(
        ['POSITION', 'TIME', 'TYPE', 'WHO', 'ABOUT', 'FROM', 'SUMMARY'],
        rows.map((row) => [
          String(row.position),
          localTime(row.at),
          row.type,
          row.actor,
          row.subject,
          row.address,
          row.summary,
        ]),
      ),
    );
  });

  const explain = audit
    .command('explain')
    .description('tell the story of one request')
    .argument('<request-id>');
  runs(explain, async (run) => {
    const [id = ''] = run.args;
    const explanation = await run.server().get<ExplanationReply>(path`/audit/explain/${id}`);
    run.show(explanation, () => story(explanation));
  });
};
