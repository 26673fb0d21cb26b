import type { Command } from 'commander';
import { toString as qrCode } from 'qrcode';
import type { UserReply } from '../api/rest/users.ts';
import { path, runs } from './command.ts';
import { CommandFault } from './fault.ts';
import { details, localTime } from './output.ts';

type Activation = { code: string; url: string; link: string; qr: string; expiresAt: string };
type Token = { tokenId: string; serial: string; secret?: string; otpauth?: string };

const addActivation = (program: Command): void => {
  const activation = program.command('activation').description('activation of authenticator apps');
  const create = activation
    .command('create')
    .description('make a code that activates one authenticator app')
    .argument('<upn>');
  runs(create, async (run) => {
    const [username = ''] = run.args;
    const made = await run
      .server()
      .call<Activation>('POST', `${path`/users/${username}`}/activations`);
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

const onlyToken = (user: UserReply): string => {
  const [token, another] = user.tokens;
  if (!token) throw new CommandFault(`${user.username} has no OATH token`);
  if (another)
    throw new CommandFault(
      `${user.username} has ${user.tokens.length} tokens: name one, see "countersign users show ${user.username}"`,
    );
  return token.tokenId;
};

const addOath = (program: Command): void => {
  const oath = program.command('oath').description('OATH tokens');
  const assign = oath
    .command('assign')
    .description('assign an OATH token')
    .argument('<upn>')
    .option('--secret <base32>', 'secret of the token; made where absent')
    .option('--serial <text>', 'serial number')
    .option('--digits <number>', '6 or 8')
    .option('--period <seconds>', '30 or 60');
  runs(assign, async (run) => {
    const [username = ''] = run.args;
    const number = (option: string) => {
      const value = run.text(option);
      return value === undefined ? undefined : Number(value);
    };
    const token = await run.server().call<Token>('POST', `${path`/users/${username}`}/tokens`, {
      secret: run.text('secret'),
      serial: run.text('serial'),
      digits: number('digits'),
      periodSeconds: number('period'),
    });
    run.show(token, () => details({ token: token.tokenId, ...token, tokenId: undefined }));
  });

  const remove = oath
    .command('remove')
    .description('take an OATH token away')
    .argument('<upn>')
    .argument('[token]', 'id of the token; needed where there are several');
  runs(remove, async (run) => {
    const [username = '', named] = run.args;
    const user = path`/users/${username}`;
    const tokenId = named ?? onlyToken(await run.server().get<UserReply>(user));
    await run.server().call('DELETE', `${user}${path`/tokens/${tokenId}`}`);
    run.show({ username, tokenId, removed: true }, () => `removed token ${tokenId} of ${username}`);
  });
};

export const addFactors = (program: Command): void => {
  addActivation(program);
  addOath(program);
};
