import { afterAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandGroup, isRunning, line, type CommandGroup } from './support/commandGroup.ts';
import { temporaryData } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* What the README promises a newcomer, typed as it is printed: one terminal for the server, two for the commands. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = temporaryData();
const terminals: CommandGroup[] = [];
const terminal = (typed: string): CommandGroup => {
  const group = commandGroup(typed, root);
  terminals.push(group);
  return group;
};
const ctrlC = async (group: CommandGroup): Promise<number | null> => {
  group.interrupt();
  return await group.ended;
};
afterAll(async () => {
  for (const group of terminals) if (group.tree().some(isRunning)) await ctrlC(group);
  await data.remove();
});

const run = async (typed: string) => {
  const group = terminal(typed);
  const code = await group.ended;
  return { code, out: group.printed() };
};

/** Starts the server; the commands that it prints are the lines that are set in. */
const start = async (ports: { http: string; https: string }) => {
  const { http, https } = ports;
  const server = terminal(
    `npm start -- --demo --data ${data.path} --http ${http} --https ${https}`,
  );
  await line(server, / authenticator approve .*\n/);
  const lines = server.printed().split('\n');
  const portOf = (name: string): string =>
    new RegExp(String.raw`^${name} .*:(\d+)$`, 'm').exec(server.printed())?.[1] ?? '';
  return {
    server,
    lines,
    commands: lines.filter((text) => text.startsWith('  ')).map((text) => text.trim()),
    ports: { http: portOf('http'), https: portOf('https') },
  };
};

/** Asks in one terminal and answers in another, with the number that the first one shows. */
const asked = async (ask: string, answer: string, answerCode = 0) => {
  const asking = terminal(ask);
  const number = /number to type in the app: (\d\d)\n/;
  await line(asking, number);
  const shown = number.exec(asking.printed())?.[1] ?? '';
  expect(await run(answer.replace('NN', shown))).toMatchObject({ code: answerCode });
  return { code: await asking.ended, out: asking.printed() };
};

/** Typed once as printed, a command runs without npx from then on, which takes longer than all that it starts. */
const again = (printed: string): string => printed.replace(/^npx countersign /, 'node cli/bin.js ');

const requestIn = (out: string): string => /request ([0-9A-F]{32})/.exec(out)?.[1] ?? '';

test('start, approve, deny, report fraud, be blocked, stop, start again: with the printed commands', async () => {
  const first = await start({ http: '0', https: '0' });
  const [activate = '', ask = '', approve = ''] = first.commands;
  expect(first.commands).toHaveLength(3);
  const told = first.lines.filter((text) => text !== '');
  expect(told).toEqual([...new Set(told)]);

  expect(await run(activate)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^This phone now answers for demo@example\.org /),
  });

  expect(await asked(ask, approve)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^asked .*\nnumber to type in the app: \d\d\napproved /),
  });

  const [askAgain, approveAgain] = [again(ask), again(approve)];
  const guessed = approveAgain.replace('--number NN', '--number 00'); // Numbers begin at 10.
  expect(await asked(askAgain, guessed, 1)).toMatchObject({
    code: 1,
    out: expect.stringContaining('denied (WRONG_CODE)'),
  });

  expect(await asked(askAgain, approveAgain.replace('approve --number NN', 'deny'))).toMatchObject({
    code: 1,
    out: expect.stringContaining('denied (USER_DENIED)'),
  });

  const report = approveAgain.replace('approve --number NN', 'report-fraud');
  expect(await asked(askAgain, report)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^asked .*\n.*denied \(FRAUD_REPORTED\)/s),
  });
  const blocked = await run(askAgain);
  expect(blocked).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^denied \(USER_BLOCKED\) .*, nobody was asked\n/),
  });

  const of = `--data ${data.path} --json`;
  const story = await run(`node cli/bin.js audit explain ${requestIn(blocked.out)} ${of}`);
  const { events } = JSON.parse(story.out) as { events: { type: string }[] };
  expect(events.map(({ type }) => type)).toContain('AuthenticationDenied');
  expect(events.map(({ type }) => type)).not.toContain('AuthenticationChallengeSent');

  const tree = first.server.tree();
  expect(tree.length).toBeGreaterThan(2); // npm, the server, Temporal.
  // The server ends with 0; where `sh` is dash, npm says that the signal ended it (no code).
  expect([0, null]).toContain(await ctrlC(first.server));
  expect(first.server.said()).toMatch(/"clean":true.*"stopped"/);
  // npm itself may be gone a moment before what it started.
  await until('the whole tree to end', () => tree.every((pid) => !isRunning(pid)));

  const second = await start(first.ports);
  const [lift = '', ...rest] = second.commands;
  expect(rest).toEqual([ask, approve]);
  const shown = await run(`node cli/bin.js users show demo@example.org ${of}`);
  expect(JSON.parse(shown.out)).toMatchObject({ blocked: { reason: 'Fraud reported' } });
  await run(lift);
  expect(await asked(askAgain, approveAgain)).toMatchObject({
    code: 0,
    out: expect.stringContaining('approved'),
  });
  process.kill(Number(readFileSync(join(data.path, 'serve.pid'), 'utf8')), 'SIGINT');
  expect(await second.server.ended).toBe(0);
}, 120_000);

test('a port that another program has is said at the end, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const group = terminal(`npm start -- --data ${data.path}-2 --http ${port} --https 0`);
  expect(await group.ended).toBe(1);
  other.close();
  expect(group.said()).toContain(
    `port ${port} is in use by another program: choose one by --http or --https, or 0 for a free one\n`,
  );
}, 60_000);
