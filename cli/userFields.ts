import { Option, type Command } from 'commander';
import type { Body, Query } from '../client/index.ts';
import type { Run } from './command.ts';
import { UsageFault } from './fault.ts';

/** Options that say what a user is like, with the fields they set. */
const texts = {
  phone: ['--phone <number>', 'phone number, as in "+1 5555550147 x12"'],
  backupPhone: ['--backup-phone <number>', 'second phone number'],
  firstName: ['--first-name <name>', 'first name'],
  lastName: ['--last-name <name>', 'last name'],
  email: ['--email <address>', 'mail address'],
  group: ['--group <name>', 'group'],
  description: ['--description <text>', 'a remark, for searching'],
  uniqueIdentifier: ['--unique-identifier <id>', 'id in the directory'],
  callLanguage: ['--call-language <tag>', 'language of calls, as in de-AT'],
  smsLanguage: ['--sms-language <tag>', 'language of text messages'],
  appLanguage: ['--app-language <tag>', 'language of pushes'],
  oathLanguage: ['--oath-language <tag>', 'language of prompts for codes'],
} as const;
const choices = {
  method: ['--method <method>', 'how the user answers', ['app', 'oath', 'sms', 'call']],
  appMode: ['--app-mode <mode>', 'pushes with or without PIN', ['standard', 'pin']],
  callMode: ['--call-mode <mode>', 'calls with or without PIN', ['standard', 'pin']],
  smsDirection: ['--sms-direction <direction>', 'where the code goes', ['oneWay', 'twoWay']],
  smsMode: ['--sms-mode <mode>', 'text messages with or without PIN', ['standard', 'pin']],
  oathMode: ['--oath-mode <mode>', 'codes with or without PIN', ['standard', 'pin']],
} as const;

/** Gives a command the options above. */
export const withUserFields = (command: Command): Command => {
  for (const [flags, about] of Object.values(texts)) command.option(flags, about);
  for (const [flags, about, among] of Object.values(choices))
    command.addOption(new Option(flags, about).choices(among));
  return command;
};

type Fields = Pick<Body<'addUser'>, keyof typeof texts | keyof typeof choices>;
type Changes = Body<'editUsers'>['changes'];
type Filter = Omit<Query<'listUsers'>, 'limit' | 'cursor' | 'source'>;

export const userFieldsOf = (run: Run): Fields =>
  Object.fromEntries(
    [...Object.keys(texts), ...Object.keys(choices)].flatMap((name) => {
      const value = run.text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const names: readonly string[] = [...Object.keys(texts), ...Object.keys(choices)];

/** Reads `field=value` as given several times after `--set`. */
export const settingsOf = (assignments: readonly string[]): Changes =>
  Object.fromEntries(
    assignments.map((text): [string, string | boolean] => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      if (name === 'enabled' && (value === 'true' || value === 'false'))
        return [name, value === 'true'];
      if (names.includes(name)) return [name, value];
      throw new UsageFault(
        `--set takes FIELD=VALUE with one of enabled (true or false), ${names.join(', ')}`,
      );
    }),
  );

/** Options that choose users. */
export const withFilter = (command: Command): Command =>
  command
    .option('--text <text>', 'part of a name')
    .addOption(new Option('--method <method>').choices(choices.method[2]))
    .addOption(new Option('--mode <mode>', 'of their method').choices(['standard', 'pin']))
    .addOption(new Option('--sms-direction <direction>').choices(choices.smsDirection[2]))
    .option('--group <name>', 'group')
    .option('--enabled', 'only enabled ones')
    .option('--disabled', 'only disabled ones')
    .option('--blocked', 'only blocked ones')
    .option('--unregistered', 'only those without phone, device and token');

export const filterOf = (run: Run): Filter => {
  const said: Filter = {
    text: run.text('text'),
    method: run.word('method'),
    mode: run.word('mode'),
    smsDirection: run.word('smsDirection'),
    group: run.text('group'),
    enabled: run.flag('enabled') ? true : run.flag('disabled') ? false : undefined,
    blocked: run.flag('blocked') ? true : undefined,
    unregistered: run.flag('unregistered') ? true : undefined,
  };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
};
