import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import {
  isActivationCode,
  LinkRefused,
  readActivationLink,
  serviceUrls,
} from '../../api/pad/activationLink.ts';
import { CommandFault, UsageFault } from '../fault.ts';
import { say } from '../output.ts';
import { activate, resumeActivation } from './activate.ts';
import type { Choice } from './answers.ts';
import { approveWith, changePinAt, type Typed } from './approve.ts';
import { needsNothing, needsOf } from './needs.ts';
import {
  accountsOf,
  answer,
  chooseRequest,
  codes,
  promptOf,
  waitingRequests,
  type Phone,
  type Waiting,
} from './phone.ts';
import { answerLine, codeLine, promptLine, watchLine } from './lines.ts';
import { fileOf } from './state.ts';
import { transport } from './transport.ts';
import { watch } from './watch.ts';

type Options = {
  readonly state: string;
  readonly json?: boolean;
  readonly ca?: string;
};

/** `countersign authenticator …`: a phone in the terminal (contracts/mobile-app.md 8.2). */
export const addAuthenticator = (program: Command): void => {
  const command = program
    .command('authenticator')
    .description('a phone in the terminal: activates, shows sign-in requests, answers them');
  common(command.command('activate'))
    .description('make this phone the second factor of an account')
    .option('--url <url>', 'address of the mobile app service')
    .option('--code <code>', 'activation code')
    .option(
      '--link <link>',
      'activation link or content of the QR code, instead of --url and --code',
    )
    .action((options: Options & Given) => activateAction(options));
  common(command.command('pending'))
    .description('list the requests that wait for an answer')
    .action((options: Options) => pendingAction(options));
  common(command.command('approve [id]'))
    .description('approve a request: the given one, else the newest')
    .option('--number <digits>', 'the number that the login shows, where it is wanted')
    .option('--pin <digits>', 'the PIN, where it is wanted')
    .action((id: string | undefined, options: Options & Typed) => approveAction(id, options));
  for (const [name, choice, about] of choices) {
    common(command.command(`${name} [id]`))
      .description(about)
      .action((id: string | undefined, options: Options) => answerAction(choice, id, options));
  }
  common(command.command('change-pin [id]'))
    .description('change the PIN at a request that wants it: the given one, else the newest')
    .option('--pin <digits>', 'the PIN so far')
    .option('--new-pin <digits>', 'the PIN from now on')
    .action((id: string | undefined, options: Options & NewPin) => changeAction(id, options));
  common(command.command('watch'))
    .description('show requests as they come, until it is stopped')
    .addOption(
      new Option('--approve', 'approve every request that wants no PIN and no number').conflicts([
        'deny',
        'fraud',
      ]),
    )
    .addOption(new Option('--deny', 'deny every request').conflicts(['fraud']))
    .option('--fraud', 'deny every request and report fraud')
    .action((options: Options & Partial<Record<Choice, boolean>>) => watchAction(options));
  common(command.command('code'))
    .description('show the current one-time code')
    .action((options: Options) => codeAction(options));
};

const choices = [
  ['deny', 'deny', 'deny a request: the given one, else the newest'],
  ['report-fraud', 'fraud', 'deny a request and report fraud'],
] as const satisfies readonly (readonly [string, Choice, string])[];

const common = (command: Command): Command =>
  command
    .requiredOption('--state <folder>', "the phone's memory", process.env['COUNTERSIGN_PHONE'])
    .option('--ca <file>', 'certificate (PEM) to trust besides the usual ones')
    .option('--json', 'print JSON');

const phoneOf = ({ state, ca }: Options): Phone => ({
  folder: state,
  send: transport(ca === undefined ? undefined : certificateIn(ca)),
  now: Date.now,
  sleep: async (ms, signal) => {
    await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
});

/** A phone whose activations are finished. */
const readyPhone = async (options: Options): Promise<Phone> => {
  const phone = phoneOf(options);
  for (const account of await accountsOf(phone)) await resumeActivation(phone, account);
  return phone;
};

const certificateIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageFault(`cannot read ${file}`, { cause });
  }
};

type Given = { readonly url?: string; readonly code?: string; readonly link?: string };

const activateAction = async (options: Options & Given): Promise<void> => {
  const phone = phoneOf(options);
  const activated = await activate(phone, targetOf(options));
  const { username, accountName, url } = activated;
  const name = accountName === '' ? url : accountName;
  say(
    options.json
      ? JSON.stringify(activated)
      : [
          `This phone now answers for ${username} (${name}). To keep it, do not deny the request "Test" that comes now.`,
          `The key that signs its answers lies in ${fileOf(phone.folder)}, for your eyes only (mode 0600): whoever reads that file is this phone.`,
        ].join('\n'),
  );
};

const targetOf = ({ url, code, link }: Given) => {
  try {
    if (link !== undefined && url === undefined && code === undefined) {
      return readActivationLink(link);
    }
    if (url === undefined || code === undefined || link !== undefined) {
      throw new UsageFault('give --url and --code, or --link');
    }
    const typed = code.replaceAll(/[\s-]/g, '');
    if (!isActivationCode(typed)) throw new UsageFault('the code is 6 to 12 digits');
    return { code: typed, ...serviceUrls(url, { insecure: isLoopback(url) }) };
  } catch (error) {
    if (error instanceof LinkRefused) throw new UsageFault(error.message);
    throw error;
  }
};

/** Plain http is for a server on this machine only. */
const isLoopback = (url: string): boolean =>
  ['127.0.0.1', '[::1]', 'localhost'].includes(URL.parse(url)?.hostname ?? '');

const pendingAction = async (options: Options): Promise<void> => {
  const phone = await readyPhone(options);
  const prompts = (await waitingRequests(phone)).map(({ push }) => promptOf(push));
  if (options.json) say(JSON.stringify({ pending: prompts }));
  else if (prompts.length === 0) say('Nothing is waiting.');
  else for (const prompt of prompts) say(promptLine(prompt, phone.now()));
};

const approveAction = async (id: string | undefined, options: Options & Typed): Promise<void> => {
  const phone = await readyPhone(options);
  const waiting = await chooseRequest(phone, id);
  if (needsNothing(needsOf(waiting.push))) await sendAnswer(phone, 'approve', waiting, options);
  else await approveWith(phone, waiting, options, options.json ?? false);
};

type NewPin = { readonly pin?: string; readonly newPin?: string };

const changeAction = async (id: string | undefined, options: Options & NewPin): Promise<void> =>
  await changePinAt(await readyPhone(options), id, options, options.json ?? false);

const answerAction = async (
  choice: Choice,
  id: string | undefined,
  options: Options,
): Promise<void> => {
  const phone = await readyPhone(options);
  await sendAnswer(phone, choice, await chooseRequest(phone, id), options);
};

const sendAnswer = async (
  phone: Phone,
  choice: Choice,
  waiting: Waiting,
  options: Options,
): Promise<void> => {
  const answered = await answer(phone, choice, waiting);
  // An acknowledgement that got lost shows up as "already answered": by this phone.
  const isDone =
    answered.result === 'recorded' || (answered.result === 'answered' && answered.resent);
  if (!isDone) throw new CommandFault(answerLine(answered), answered);
  say(options.json ? JSON.stringify(answered) : answerLine(answered));
};

const watchAction = async (options: Options & Partial<Record<Choice, boolean>>): Promise<void> => {
  const phone = phoneOf(options);
  const choice = (['approve', 'deny', 'fraud'] as const).find((name) => options[name] === true);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    await watch(phone, {
      signal: stop.signal,
      tell: (event) => say(options.json ? JSON.stringify(event) : watchLine(event, phone.now())),
      ...(choice === undefined ? {} : { choice }),
    });
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
};

const codeAction = async (options: Options): Promise<void> => {
  const shown = await codes(phoneOf(options));
  if (options.json) say(JSON.stringify(shown.length === 1 ? shown[0] : { codes: shown }));
  else for (const code of shown) say(codeLine(code));
};
