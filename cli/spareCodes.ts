import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { runs } from './command.ts';
import { CommandFault, UsageFault } from './fault.ts';
import { details, localTime } from './output.ts';

const minutesPerHour = 60;

const addRecoveryCodes = (program: Command): void => {
  const codes = program
    .command('recovery-codes')
    .description('make ten recovery codes for a user; they are shown this once')
    .argument('<upn>');
  runs(codes, async (run) => {
    const [username = ''] = run.args;
    const made = await run.server().call('issueRecoveryCodes', { path: { username } });
    run.show(made, () => made.codes.join('\n'));
  });
};

const addAccessPass = (program: Command): void => {
  const pass = program
    .command('access-pass')
    .description('make a temporary access pass for a user; its code is shown this once')
    .argument('<upn>')
    .option('--hours <number>', 'how long it lives, 8 at most (1)')
    .option('--multi', 'good until its time is over, not once')
    .option('--reason <text>', 'why; goes on record')
    .option('--revoke', 'end the pass that the user has');
  runs(pass, async (run) => {
    const [username = ''] = run.args;
    const path = { username };
    if (run.flag('revoke')) {
      await run.server().call('revokeAccessPass', { path });
      run.show({ username, revoked: true }, () => `the pass of ${username} has ended`);
      return;
    }
    const reason = run.text('reason');
    if (reason === undefined) throw new UsageFault('say why with --reason');
    const hours = run.text('hours');
    const made = await run.server().call('issueAccessPass', {
      path,
      body: {
        ...(hours === undefined ? {} : { minutes: Math.round(Number(hours) * minutesPerHour) }),
        once: !run.flag('multi'),
        reason,
      },
    });
    run.show(made, () => details({ code: made.code, until: localTime(made.until) }));
  });
};

/** Lines in pairs: a question, and its answer. */
const pairsOf = async (file: string) => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw Object.assign(new CommandFault(`${file} cannot be read`), { cause });
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Array.from({ length: Math.ceil(lines.length / 2) }, (_, index) => ({
    question: lines[2 * index] ?? '',
    answer: lines[2 * index + 1] ?? '',
  }));
};

const addQuestions = (program: Command): void => {
  const questions = program.command('questions').description('security questions of a user');
  const set = questions
    .command('set')
    .description('set the four questions and answers of a user')
    .argument('<upn>')
    .requiredOption('--file <file>', 'eight lines: a question, its answer, and so on');
  runs(set, async (run) => {
    const [username = ''] = run.args;
    const body = { questions: await pairsOf(run.must('file')) };
    await run.server().call('setSecurityQuestions', { path: { username }, body });
    run.show({ username, set: true }, () => `set the security questions of ${username}`);
  });
  const reset = questions
    .command('reset')
    .description('remove the security questions of a user')
    .argument('<upn>');
  runs(reset, async (run) => {
    const [username = ''] = run.args;
    await run.server().call('resetSecurityQuestions', { path: { username } });
    run.show({ username, reset: true }, () => `removed the security questions of ${username}`);
  });
};

const addShow = (program: Command): void => {
  const show = program
    .command('spare-codes')
    .description('show what a user may fall back on, without codes and answers')
    .argument('<upn>');
  runs(show, async (run) => {
    const [username = ''] = run.args;
    const found = await run.server().call('getSpareCodes', { path: { username } });
    const { pass } = found;
    run.show(found, () =>
      details({
        'recovery codes left': String(found.recoveryCodesLeft),
        'access pass': pass && `until ${localTime(pass.until)}${pass.once ? ', once' : ''}`,
        questions: found.questions.join(' '),
      }),
    );
  });
};

/** What a user falls back on: recovery codes, a temporary access pass, security questions. */
export const addSpareCodes = (program: Command): void => {
  addRecoveryCodes(program);
  addAccessPass(program);
  addQuestions(program);
  addShow(program);
};
