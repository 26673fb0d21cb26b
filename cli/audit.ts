import type { Command } from 'commander';
import type { Reply } from '../client/index.ts';
import { addExport } from './audit/export.ts';
import { follow } from './audit/follow.ts';
import { instantOf } from './audit/instant.ts';
import { addLedger } from './audit/ledger.ts';
import { addReplay } from './audit/replay.ts';
import { addRetention } from './audit/retention.ts';
import { rowsOf, runs } from './command.ts';
import { localTime, table } from './output.ts';

/** Ids, keys and times tell a person nothing here; `--json` has them. */
const forPrograms = /(?:Id|Key|Hash)$|^(?:at|guid)$/;

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const shown = (data: Readonly<Record<string, unknown>>): string =>
  Object.entries(data)
    .filter(([name, value]) => !forPrograms.test(name) && isPlain(value))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** The story: each event with the seconds since the first, who did it, and what it says. */
const story = (explanation: Reply<'explainRequest'>): string => {
  const { requestId, workflowId, runs: found, events, rules } = explanation;
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
    ...Object.entries(rules?.settings ?? {}).map(
      ([name, value]) => `setting then: ${name} = ${value}`,
    ),
    ...(rules?.items ?? []).map(
      ({ kind, itemId, item }) => `rule then: ${kind} ${itemId} ${JSON.stringify(item)}`,
    ),
    `workflow ${workflowId}`,
    ...found.map(
      ({ runId, status, startedAt }) =>
        `  run ${runId}: ${status}, started ${localTime(startedAt)}`,
    ),
  ].join('\n');
};

export const addAudit = (program: Command): void => {
  const audit = program
    .command('audit')
    .description('the audit log')
    // Options behind the command of a replay are that command's.
    .enablePositionalOptions();
  const log = audit
    .command('log')
    .description('list audit entries, newest first')
    .option('--user <upn>', 'about one user')
    .option('--request <id>', 'of one request')
    .option('--type <type>', 'of one event type')
    .option('--from <time>', 'not before, as in 2026-11-22T10:00')
    .option('--to <time>', 'not after')
    .option('--limit <rows>', 'rows at most (1000)')
    .option(
      '--follow',
      'print what is recorded from now on, until Ctrl-C; over restarts of the server',
    )
    .option('--after <position>', 'with --follow: begin behind this position')
    .option('--count <events>', 'with --follow: end after so many');
  runs(log, async (run) => {
    if (run.flag('follow')) {
      await follow(run, {
        user: run.text('user'),
        requestId: run.text('request'),
        types: run.text('type'),
        since: instantOf(run.text('from')),
        until: instantOf(run.text('to')),
      });
      return;
    }
    const rows = await rowsOf(run, 'listAudit', {
      query: {
        username: run.text('user'),
        requestId: run.text('request'),
        type: run.word('type'),
        from: instantOf(run.text('from')),
        to: instantOf(run.text('to')),
      },
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
    const explanation = await run.server().call('explainRequest', { path: { requestId: id } });
    run.show(explanation, () => story(explanation));
  });

  addExport(audit);
  addReplay(audit);
  addLedger(audit);
  addRetention(audit);
};
