import type { Command } from 'commander';
import { toString as qrCode } from 'qrcode';
import { runs } from './command.ts';
import { details, localTime } from './output.ts';

const addActivation = (program: Command): void => {
  const activation = program.command('activation').description('activation of authenticator apps');
  const create = activation
    .command('create')
    .description('make a code that activates one authenticator app')
    .argument('<upn>');
  runs(create, async (run) => {
    const [username = ''] = run.args;
    const made = await run.server().call('createActivation', { path: { username } });
    const qr =
      process.stdout.isTTY && !run.json
        ? await qrCode(made.link, { type: 'terminal', small: true })
        : '';
    run.show(made, () =>
      [
        details({
          code: made.code,
          url: made.url,
          link: made.link,
          expires: localTime(made.expiresAt),
        }),
        ...(qr === '' ? [] : [qr]),
      ].join('\n'),
    );
  });
};

export const addFactors = (program: Command): void => {
  addActivation(program);
};
