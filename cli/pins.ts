import { randomInt } from 'node:crypto';
import type { Command } from 'commander';
import { pinFault } from '../domain/pinRules.ts';
import { defaultSettings } from '../domain/settings.ts';
import { runs, type Run } from './command.ts';

/** Digits of a PIN that is made here, unless the company wants more. */
const madeDigits = 6;

/** A PIN by chance that keeps to the rules. */
const makePin = async (run: Run): Promise<string> => {
  const { pinMinLength } = await run.server().call('getSettings');
  const digits = Math.max(madeDigits, Number(pinMinLength ?? 0));
  for (;;) {
    const pin = Array.from({ length: digits }, () => randomInt(10)).join('');
    const facts = { phones: [], isRecent: false };
    if (pinFault(pin, defaultSettings, facts) === undefined) return pin;
  }
};

/** Sets a PIN, which its person changes at the first verification unless told otherwise. */
export const setPin = async (
  run: Run,
  username: string,
  pin: string,
  changeRequired: boolean,
): Promise<void> => {
  await run.server().call('setPin', { path: { username }, body: { pin, changeRequired } });
};

export const addPins = (users: Command): void => {
  const pin = users
    .command('pin')
    .description('give a user a PIN, or take it away; one that is made here is shown this once')
    .argument('<upn>')
    .option('--pin <digits>', 'the PIN; made by chance where absent')
    .option('--no-change', 'the user need not change it at the next verification')
    .option('--remove', 'take the PIN away');
  runs(pin, async (run) => {
    const [username = ''] = run.args;
    if (run.flag('remove')) {
      await run.server().call('removePin', { path: { username } });
      return run.show({ username, removed: true }, () => `${username} has no PIN any more`);
    }
    const given = run.text('pin');
    const chosen = given ?? (await makePin(run));
    const changeRequired = run.flag('change');
    await setPin(run, username, chosen, changeRequired);
    const shown = given === undefined ? { pin: chosen } : {};
    return run.show({ username, changeRequired, ...shown }, () =>
      [
        ...(given === undefined ? [`PIN: ${chosen}`] : []),
        `${username} has a new PIN${changeRequired ? ', to be changed at the next verification' : ''}`,
      ].join('\n'),
    );
  });

  const clear = users
    .command('clear-cache')
    .description('earlier approvals of a user let nobody in any more')
    .argument('<upn>')
    .requiredOption('--reason <text>', 'why; stands in the audit log');
  runs(clear, async (run) => {
    const [username = ''] = run.args;
    const body = { reason: run.must('reason') };
    await run.server().call('clearCache', { path: { username }, body });
    run.show({ username, cleared: true }, () => `earlier approvals of ${username} no longer count`);
  });
};
