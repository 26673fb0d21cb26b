import type { Command } from 'commander';
import type { Body, Reply } from '../client/index.ts';
import { runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { addStock } from './oathStock.ts';
import { details } from './output.ts';

const tokenOf = async (run: Run, username: string): Promise<string> => {
  const user = await run.server().call('getUser', { path: { username } });
  const serial = run.text('serial')?.toUpperCase();
  const token = user.tokens.find((known) => known.serial.toUpperCase() === serial);
  if (token) return token.tokenId;
  throw new CommandFault(`${user.username} has no token with serial number ${serial ?? ''}`);
};

const onlyToken = (user: Reply<'getUser'>): string => {
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
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- where it goes to says which numbers they are
    const number = <N extends number>(option: string): N | undefined => {
      const value = run.text(option);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server refuses other numbers
      return value === undefined ? undefined : (Number(value) as N);
    };
    const [serial, secret] = [run.text('serial'), run.text('secret')];
    const server = run.server();
    if (serial !== undefined && secret === undefined) {
      const token = await server.call('assignStockToken', {
        path: { serial },
        body: { username },
      });
      run.show(
        token,
        () => `assigned ${serial} to ${username}; it counts after "countersign oath activate"`,
      );
      return;
    }
    const body: Body<'assignToken'> = {
      secret,
      serial,
      digits: number('digits'),
      periodSeconds: number('period'),
      ...(run.flag('hotp') ? { kind: 'hotp', counter: number('counter') } : {}),
    };
    const token = await server.call('assignToken', { path: { username }, body });
    run.show(token, () => details({ token: token.tokenId, ...token, tokenId: undefined }));
  });

  const remove = oath
    .command('remove')
    .description('take an OATH token away; a hardware token goes back to stock')
    .argument('<upn>')
    .argument('[token]', 'id of the token; needed where there are several');
  runs(remove, async (run) => {
    const [username = '', named] = run.args;
    const tokenId = named ?? onlyToken(await run.server().call('getUser', { path: { username } }));
    await run.server().call('removeToken', { path: { username, tokenId } });
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
    const body = { code: run.must('code') };
    await run.server().call('activateToken', { path: { username, tokenId }, body });
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
    await run.server().call('resyncToken', { path: { username, tokenId }, body: { codes } });
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
