import type { Command } from 'commander';
import type { UserReply } from '../api/rest/users.ts';
import { path, runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { addStock } from './oathStock.ts';
import { details } from './output.ts';

type Token = { tokenId: string; serial: string; secret?: string; otpauth?: string };

const tokenOf = async (run: Run, username: string): Promise<string> => {
  const user = await run.server().get<UserReply>(path`/users/${username}`);
  const serial = run.text('serial')?.toUpperCase();
  const token = user.tokens.find((known) => known.serial.toUpperCase() === serial);
  if (token) return token.tokenId;
  throw new CommandFault(`${user.username} has no token with serial number ${serial ?? ''}`);
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

const addAssign = (oath: Command): void => {
  const assign = oath
    .command('assign')
    .description('assign an OATH token: one from stock by --serial, or a new one')
    .argument('<upn>')
    .option('--serial <text>', 'serial number; without --secret that of a token in stock')
    .option('--secret <base32>', 'secret of the token; made where absent')
    .option('--digits <number>', '6 or 8')
    .option('--period <seconds>', '30 or 60')
    .option('--hotp', 'a token that counts, in place of one with a clock')
    .option('--counter <number>', 'next counter of such a token (0)');
  runs(assign, async (run) => {
    const [username = ''] = run.args;
    const number = (option: string) => {
      const value = run.text(option);
      return value === undefined ? undefined : Number(value);
    };
    const [serial, secret] = [run.text('serial'), run.text('secret')];
    const server = run.server();
    if (serial !== undefined && secret === undefined) {
      const token = await server.call<Token>('POST', path`/tokens/${serial}/assign`, { username });
      run.show(
        token,
        () => `assigned ${serial} to ${username}; it counts after "countersign oath activate"`,
      );
      return;
    }
    const token = await server.call<Token>('POST', path`/users/${username}/tokens`, {
      secret,
      serial,
      digits: number('digits'),
      periodSeconds: number('period'),
      ...(run.flag('hotp') ? { kind: 'hotp', counter: number('counter') } : {}),
    });
    run.show(token, () => details({ token: token.tokenId, ...token, tokenId: undefined }));
  });

  const remove = oath
    .command('remove')
    .description('take an OATH token away; a hardware token goes back to stock')
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

const addCodes = (oath: Command): void => {
  const activate = oath
    .command('activate')
    .description('activate an assigned token with one code; three wrong ones lock it for 15 min')
    .argument('<upn>')
    .requiredOption('--serial <text>', 'serial number')
    .requiredOption('--code <digits>', 'what the token shows');
  runs(activate, async (run) => {
    const [username = ''] = run.args;
    const tokenId = await tokenOf(run, username);
    const code = run.text('code');
    await run.server().call('POST', path`/users/${username}/tokens/${tokenId}/activate`, { code });
    run.show({ tokenId, active: true }, () => `token ${run.text('serial')} is active`);
  });

  const resync = oath
    .command('resync')
    .description('set a token to its clock or counter with two codes in a row')
    .argument('<upn>')
    .argument('<first>', 'what the token shows')
    .argument('<second>', 'what it shows next')
    .requiredOption('--serial <text>', 'serial number');
  runs(resync, async (run) => {
    const [username = '', ...codes] = run.args;
    const tokenId = await tokenOf(run, username);
    await run.server().call('POST', path`/users/${username}/tokens/${tokenId}/resync`, { codes });
    run.show({ tokenId, resynced: true }, () => `token ${run.text('serial')} is in step again`);
  });
};

/** `countersign oath`: OATH tokens of users and in stock. */
export const addOath = (program: Command): void => {
  const oath = program.command('oath').description('OATH tokens');
  addAssign(oath);
  addCodes(oath);
  addStock(oath);
};
