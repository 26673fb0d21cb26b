import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import type { Query, Reply } from '../client/index.ts';
import { methods, type Method } from '../domain/methods.ts';
import { terminalStates } from '../domain/results.ts';
import { rowsOf, runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { details, localTime, say, table } from './output.ts';

type AttemptReply = Reply<'createAuthentication'>;
type RequestReply = Reply<'getAuthentication'>;

const endOf = ({ state, code }: Pick<RequestReply, 'state' | 'code'>): string =>
  code === undefined ? state : `${state} (${code})`;

const describeRequest = (request: RequestReply): string =>
  [
    details({
      request: request.requestId,
      user: request.user,
      application: request.application,
      state: endOf(request),
      method: request.method,
      channel: request.channel,
      caller: request.callerId,
      'client address': request.clientIp,
      reference: request.reference,
      asked: localTime(request.at),
      ended: localTime(request.endedAt),
    }),
    ...request.devices.map(
      ({ name, deviceId, answer }) => `device ${name} (${deviceId}): ${answer ?? 'no answer'}`,
    ),
  ].join('\n');

export const addRequests = (program: Command): void => {
  const requests = program.command('requests').description('authentication requests');
  const list = requests
    .command('list')
    .description('list requests, newest first')
    .option('--user <upn>', 'of one user')
    .option('--state <state>', 'in one state, as awaiting-user or denied')
    .option('--application <name>', 'of one application')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const query: Query<'listAuthentications'> = {
      user: run.text('user'),
      state: run.word('state'),
      application: run.text('application'),
    };
    const rows = await rowsOf(run, 'listAuthentications', { query });
    run.show(rows, () =>
      table(
        ['ASKED', 'USER', 'APPLICATION', 'METHOD', 'STATE', 'REQUEST'],
        rows.map((request) => [
          localTime(request.at),
          request.user,
          request.application,
          request.method ?? '',
          endOf(request),
          request.requestId,
        ]),
      ),
    );
  });

  const show = requests.command('show').description('show a request').argument('<request-id>');
  runs(show, async (run) => {
    const [id = ''] = run.args;
    const request = await run.server().call('getAuthentication', { path: { id } });
    run.show(request, () => describeRequest(request));
  });
};

const pollSeconds = 30;
/** A push lives at most 180 s and a code 600 s; after this nothing comes any more. */
const maxPolls = 25;

const isOpen = ({ state }: Pick<AttemptReply, 'state'>): boolean =>
  !terminalStates.some((terminal) => terminal === state);

/** Follows a request until it has ended, or waits for a code. */
const waitFor = async (run: Run, asked: AttemptReply): Promise<AttemptReply> => {
  let now = asked;
  for (let poll = 0; poll < maxPolls && isOpen(now) && now.state !== 'awaiting-code'; poll += 1) {
    const before = now.state;
    now = await run.server().call('getAuthentication', {
      path: { id: asked.requestId },
      query: { wait: pollSeconds },
    });
    if (!run.json && now.state !== before && isOpen(now)) say(`${now.state} …`);
  }
  return now;
};

/** Hands in codes that a person types until the request has ended. */
const askForCodes = async (run: Run, asked: AttemptReply): Promise<AttemptReply> => {
  const path = { id: asked.requestId };
  if (run.json || !process.stdin.isTTY) {
    await run.server().call('cancelAuthentication', { path });
    throw new CommandFault('this user answers with a code: give it with --code CODE');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    let now = asked;
    while (now.state === 'awaiting-code') {
      const code = (await terminal.question('code: ')).trim();
      now = await run.server().call('submitCode', { path, body: { code } });
      if (now.state === 'awaiting-code') say(`wrong, tries left: ${now.triesLeft ?? 'some'}`);
    }
    return now;
  } finally {
    terminal.close();
  }
};

/** What is not plain from the result: that nobody had to answer, and how a block ends. */
const remarks = ({ method, code }: AttemptReply, user: string): string =>
  [
    ...(method === undefined ? [', nobody was asked'] : []),
    ...(code === 'USER_BLOCKED'
      ? [`\n"countersign unblock ${user} --reason TEXT" ends the block`]
      : []),
  ].join('');

/** `countersign test`: one request to a user, to see that all parts work together. */
export const addTest = (program: Command): void => {
  const test = program
    .command('test')
    .description('ask a user to authenticate and wait for the answer; exit code 0 if approved')
    .argument('<upn>')
    .option('--application <name>', 'shown to the user', 'Countersign test')
    .option('--code <code>', 'an OATH code, decided at once')
    .addOption(
      new Option('--method <method>', 'how to ask, in place of how the user is set').choices(
        methods,
      ),
    )
    .option('--no-number', 'a push that is approved without the number that is shown here');
  runs(test, async (run) => {
    const [user = ''] = run.args;
    const body = {
      user,
      application: run.must('application'),
      code: run.text('code'),
      method: run.word<Method>('method'),
      ...(run.flag('number') ? {} : { numberMatch: false }),
    };
    return await followTest(run, user, () => run.server().call('createAuthentication', { body }));
  });
};

/** What the person types into the app; with `--json` it must not stand in the way of the result. */
const showNumber = ({ json }: Run, { displayNumber }: AttemptReply): void => {
  if (displayNumber === undefined) return;
  const line = `number to type in the app: ${displayNumber}`;
  if (json) process.stderr.write(`${line}\n`);
  else say(line);
};

/** Asks a user and follows the request to its end, which is printed. @returns the exit code */
export const followTest = async (
  run: Run,
  user: string,
  ask: () => Promise<AttemptReply>,
): Promise<number> => {
  const started = performance.now();
  const asked = await ask();
  if (!run.json && isOpen(asked))
    say(`asked ${user}, request ${asked.requestId}: ${asked.state} …`);
  showNumber(run, asked);
  const waited = await waitFor(run, asked);
  const ended = waited.state === 'awaiting-code' ? await askForCodes(run, waited) : waited;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  run.show(
    ended,
    () => `${endOf(ended)} after ${seconds} s, request ${ended.requestId}${remarks(ended, user)}`,
  );
  return ended.state === 'approved' || ended.state === 'skipped' ? 0 : 1;
};
