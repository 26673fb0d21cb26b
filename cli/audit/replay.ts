import { Command } from 'commander';
import type { Reply } from '../../client/index.ts';
import { addApprovals } from '../approvals.ts';
import { addBlocks } from '../blocks.ts';
import { addBypasses } from '../bypasses.ts';
import { addCallers } from '../callers.ts';
import { runs, type Run } from '../command.ts';
import { addConfig } from '../config.ts';
import { connection, readAsOf } from '../connection.ts';
import { CommandFault, UsageFault } from '../fault.ts';
import { addOath } from '../oath.ts';
import { details, localTime, table } from '../output.ts';
import { progress } from '../progress.ts';
import { addRequests } from '../requests.ts';
import { addSettings } from '../settings.ts';
import { addUsers } from '../users.ts';
import { instantOf } from './instant.ts';

type StateReply = Extract<Reply<'makeState'>, { readonly state: unknown }>['state'];
type DifferenceReply = Reply<'listDifferences'>['items'][number];

type Moment = { readonly until: string } | { readonly at: number };

/** A position is a whole number; everything else is a time. */
const momentOf = (text: string): Moment =>
  /^\d{1,16}$/.test(text) ? { at: Number(text) } : { until: instantOf(text) ?? text };

const makeState = async (run: Run, moment: Moment): Promise<StateReply> => {
  const bar = progress('events', run.json);
  try {
    for await (const line of run.server().lines('makeState', { body: moment })) {
      if ('state' in line) return line.state;
      bar.show(line.done, line.total);
    }
  } finally {
    bar.end();
  }
  throw new CommandFault('the server went away before everything was read: try again');
};

/** Runs some work on states that are gone again afterwards. */
const withStates = async <Result>(
  run: Run,
  moments: readonly Moment[],
  work: (states: readonly StateReply[]) => Promise<Result>,
): Promise<Result> => {
  const live = connection(run.data);
  const states: StateReply[] = [];
  try {
    for (const moment of moments) states.push(await makeState(run, moment));
    return await work(states);
  } finally {
    for (const { stateId } of states)
      await live.call('dropState', { path: { stateId } }).catch(() => undefined);
  }
};

/** The commands that read lists; their orders are refused, since nothing in the past can be changed. */
const readers = (): Command => {
  const program = new Command('replay').enablePositionalOptions().exitOverride();
  for (const add of [
    addUsers,
    addBlocks,
    addBypasses,
    addRequests,
    addSettings,
    addConfig,
    addApprovals,
    addCallers,
    addOath,
  ])
    add(program);
  return program;
};

const replay = async (run: Run): Promise<void> => {
  const [until, at] = [run.text('until'), run.text('at')];
  if ((until === undefined) === (at === undefined))
    throw new UsageFault('give either --until or --at');
  const words = run.args;
  await withStates(run, [momentOf(until ?? at ?? '')], async ([state]) => {
    if (!state) throw new TypeError('one moment makes one state');
    if (words.length === 0) {
      run.show(state, () =>
        details({ position: String(state.position), 'as of': localTime(state.asOf) }),
      );
      return;
    }
    readAsOf(state.stateId);
    const common = ['--data', run.data, ...(run.json ? ['--json'] : [])];
    await readers().parseAsync([...words, ...common], { from: 'user' });
  });
};

const lineOf = ({ kind, name, change, fields }: DifferenceReply): readonly string[][] => {
  const told = fields.map(({ field, before, after }) => [
    kind,
    name,
    change,
    field,
    before ?? '',
    after ?? '',
  ]);
  if (change === 'changed') return told;
  return [[kind, name, change, '', '', '']];
};

const diff = async (run: Run): Promise<void> => {
  const [from = '', to = 'now'] = run.args;
  const moments = [momentOf(from), ...(to === 'now' ? [] : [momentOf(to)])];
  const items = await withStates(run, moments, async ([before, after]) => {
    const answer = await run.server().call('listDifferences', {
      path: { stateId: before?.stateId ?? '' },
      query: { to: after?.stateId },
    });
    return answer.items;
  });
  run.show(items, () =>
    items.length === 0
      ? 'nothing differs'
      : table(['WHAT', 'NAME', 'CHANGE', 'FIELD', 'BEFORE', 'AFTER'], items.flatMap(lineOf)),
  );
};

/** `countersign audit replay` and `diff`: the past, from the log alone. */
export const addReplay = (audit: Command): void => {
  const again = audit
    .command('replay')
    .description('read any list as it was at a past moment, as in: replay --at 120 users list')
    .argument(
      '[command...]',
      'users list, blocks list, bypass list, requests list, settings list …',
    )
    .option('--until <time>', 'as of this time, as in 2026-11-22T10:00')
    .option('--at <position>', 'as of this event of the log')
    // What stands behind the command is the command's.
    .passThroughOptions();
  runs(again, replay);

  const differ = audit
    .command('diff')
    .description('what differs between two moments: people, blocks, settings, configuration …')
    .argument('<from>', 'a time, or a position of the log')
    .argument('[to]', 'likewise; now where absent');
  runs(differ, diff);
};
