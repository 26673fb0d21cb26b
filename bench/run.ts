import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { appends } from './appends.ts';
import { auditVerify } from './auditVerify.ts';
import { commit, machine, versions } from './machine.ts';
import { outcomeOf, type Measure, type Outcome } from './measure.ts';
import { oneShotOtp } from './oneShotOtp.ts';
import { otpLongLog } from './otpLongLog.ts';
import { radiusOtp } from './radiusOtp.ts';
import { radiusPending } from './radiusPending.ts';
import { radiusRefused } from './radiusRefused.ts';
import { rebuild } from './rebuild.ts';
import { writeReport } from './report.ts';
import { startUp } from './startUp.ts';
import { table } from './table.ts';
import { waitingForApprovals, waitingForPushes } from './waiting.ts';

/** Every measure by the name that `--only` takes, in the order in which they run. */
const known: Readonly<Record<string, Measure>> = {
  appends,
  oneShotOtp,
  radiusOtp,
  radiusRefused,
  radiusPending,
  startUp,
  auditVerify,
  waitingForPushes,
  waitingForApprovals,
  rebuild,
  otpLongLog,
};

const usage = `npm run bench -- [--only NAME]... [--rounds N] [--seconds S] [--waiting N] [--events N] [--json]
  --only NAME   one of ${Object.keys(known).join(', ')}; may be given again
  --rounds N    turns of ours and the bare reference (default 5)
  --seconds S   length of one side's window (default 6)
  --waiting N   requests that wait at once (default 10000)
  --events N    events in a long log (default 50000; 1000000 is the full measure)
  --json        the report on stdout instead of a table
Exit code 1 where a target is missed. COUNTERSIGN_SEED repeats a run's random choices.`;

const maxRounds = 1_000;
const maxSeconds = 3_600;
const maxWaiting = 100_000;
const maxEvents = 10_000_000;
const results = fileURLToPath(new URL('results', import.meta.url));
/** What a reader of the terminal gets; a report goes to stdout alone. */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const number = (name: string, text: string, max: number): number => {
  const value = Number(text);
  if (!(value > 0 && value <= max)) throw new WrongUsage(`--${name}: above 0, at most ${max}`);
  return value;
};

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '6' },
      waiting: { type: 'string', default: '10000' },
      events: { type: 'string', default: '50000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !(name in known));
  if (unknown !== undefined) throw new WrongUsage(`there is no measure "${unknown}"`);
  return {
    ...values,
    measures: values.only.length > 0 ? values.only : ('all' as const),
    rounds: Math.ceil(number('rounds', values.rounds, maxRounds)),
    seconds: number('seconds', values.seconds, maxSeconds),
    waiting: Math.ceil(number('waiting', values.waiting, maxWaiting)),
    events: Math.ceil(number('events', values.events, maxEvents)),
  };
};

const main = async (): Promise<number> => {
  let chosen: ReturnType<typeof readArguments>;
  try {
    chosen = readArguments();
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  const { measures, rounds, seconds, waiting, events, json, help } = chosen;
  if (help) {
    say(usage);
    return 0;
  }
  const seed = Number(process.env['COUNTERSIGN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const outcomes: Outcome[] = [];
  for (const name of measures === 'all' ? Object.keys(known) : measures) {
    say(`${name}:`);
    const found = await known[name]!({
      rounds,
      seconds,
      waiting,
      events,
      seed,
      say: (text) => say(`  ${text}`),
    });
    outcomes.push(...found.map(outcomeOf));
  }
  const report = {
    date: new Date().toISOString(),
    commit: commit(),
    seed,
    machine: machine(),
    versions: await versions(),
    measures,
    outcomes,
  };
  const file = writeReport(results, report);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${table(outcomes)}\n`);
  say(`bench/results/${file}`);
  return outcomes.every(({ ok }) => ok) ? 0 : 1;
};

process.exitCode = await main();
