import type { Socket } from 'node:net';
import { Client, ResultCodeError, type Entry } from 'ldapts';
import { fillFilter } from '../../domain/ldapFilter.ts';
import { bindNameOf, readWindowsName, windowsFilter } from '../../domain/windowsName.ts';
import { refusalOf } from './bindFaults.ts';
import { openChannel } from './channel.ts';
import { nestedGroups } from './nestedGroups.ts';
import {
  ServerFault,
  Unresolved,
  type FoundPerson,
  type Question,
  type ServerAnswer,
} from './settings.ts';

/** All that a server may say in one connection: two entries with many groups. */
const maxOctets = 1_048_576;
/** Two are enough to see that a name is nobody's own. */
const maxEntries = 2;
const maxGroups = 5_000;
/** As long as a name may be here (spec/20). */
const maxUsername = 256;
const accountAttribute = 'sAMAccountName';

const limited = (socket: Socket): Socket => {
  let octets = 0;
  socket.on('data', (chunk: Buffer) => {
    octets += chunk.length;
    if (octets > maxOctets) socket.destroy(new ServerFault('the server says too much'));
  });
  return socket;
};

/** One connection and no other: a client that connects anew by itself would go on as nobody. */
const clientOn = (socket: Socket, timeoutMs: number): Client => {
  let given = false;
  return new Client({
    url: 'ldap://directory',
    timeout: timeoutMs,
    createConnection: () => {
      if (given) throw new ServerFault('the server has ended the connection');
      given = true;
      return limited(socket);
    },
  });
};

/** Names that stand for the way in which somebody binds, in place of who they are. */
const isName = (name: string): boolean => /[=@\\]/.test(name);

const bind = async (client: Client, name: string, password: string): Promise<void> => {
  // An empty password would make the server say yes to anybody (RFC 4513 §5.1.2).
  if (password === '' || !isName(name)) throw new ServerFault('no bind without name and password');
  await client.bind(name, password);
};

const bindAccount = async (client: Client, { settings }: Question): Promise<void> => {
  if (!settings.account) return;
  try {
    await bind(client, settings.account.name, settings.account.password);
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    throw new ServerFault(`the server refuses the account that looks for people (${error.code})`);
  }
};

/** @returns why the server refuses the person, or undefined where it takes the password */
const bindPerson = async (
  client: Client,
  name: string,
  password: string,
): Promise<ServerAnswer | undefined> => {
  try {
    await bind(client, name, password);
    return undefined;
  } catch (error) {
    const reason =
      error instanceof ResultCodeError ? refusalOf(error.code, error.message) : undefined;
    if (reason === undefined) throw error;
    return { kind: 'refused', reason };
  }
};

const valuesOf = (entry: Entry, attribute: string): readonly string[] => {
  const wanted = attribute.toLowerCase();
  const found = Object.entries(entry).find(
    ([name]) => name !== 'dn' && name.toLowerCase() === wanted,
  )?.[1];
  const values = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
};

type Found =
  | { readonly kind: 'found'; readonly dn: string; readonly person: FoundPerson }
  | Extract<ServerAnswer, { kind: 'refused' }>;

/** The person's name here. Of several the typed one, where it is among them. */
const usernameOf = (entry: Entry, { settings, username }: Question): string => {
  const names = settings.usernameAttributes
    .map((attribute) => valuesOf(entry, attribute).filter(({ length }) => length <= maxUsername))
    .find((values) => values.length > 0);
  const typed = username.trim().toLowerCase();
  const name = names?.find((value) => value.toLowerCase() === typed) ?? names?.[0];
  if (name === undefined)
    throw new Unresolved(`the entry has no ${settings.usernameAttributes.join(' or ')}`);
  return name;
};

const look = async (client: Client, question: Question, filter: string): Promise<Found> => {
  const { settings, server } = question;
  const { baseDn, usernameAttributes, groupAttribute } = settings;
  // References to other servers are left alone: nobody knows who is there.
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter,
    sizeLimit: maxEntries,
    timeLimit: Math.ceil(server.timeoutMs / 1_000),
    attributes: [...new Set([...usernameAttributes, groupAttribute, accountAttribute])],
  });
  const [entry, another] = searchEntries;
  if (another) throw new Unresolved('more than one entry has this name');
  if (!entry?.dn) return { kind: 'refused', reason: 'notFound' };
  const [account] = valuesOf(entry, accountAttribute);
  return {
    kind: 'found',
    dn: entry.dn,
    person: {
      username: usernameOf(entry, question),
      groups: valuesOf(entry, groupAttribute).slice(0, maxGroups),
      ...(account === undefined ? {} : { account }),
    },
  };
};

type Open = () => Promise<Client>;

/** Whoever has proven who they are, with all their groups. */
const accepted = async (
  client: Client,
  { settings, server }: Question,
  { dn, person }: Extract<Found, { kind: 'found' }>,
): Promise<ServerAnswer> => {
  if (!settings.nestedGroups) return { kind: 'accepted', person };
  const { baseDn } = settings;
  const timeLimitSeconds = Math.ceil(server.timeoutMs / 1_000);
  const nested = await nestedGroups(client, { dn, baseDn, timeLimitSeconds });
  const groups = [...new Set([...person.groups, ...nested])].slice(0, maxGroups);
  return { kind: 'accepted', person: { ...person, groups } };
};

/** Looks for the person by the account for that, then tries their password on a connection of its own (spec/30). */
const findThenBind = async (
  open: Open,
  question: Question,
  filter: string,
): Promise<ServerAnswer> => {
  const asking = await open();
  await bindAccount(asking, question);
  const found = await look(asking, question, filter);
  if (found.kind !== 'found') return found;
  const { password } = question;
  const refused =
    password === undefined ? undefined : await bindPerson(await open(), found.dn, password);
  return refused ?? (await accepted(asking, question, found));
};

/** Without such an account: people of a domain may bind by their name and read their own entry. */
const bindThenFind = async (
  open: Open,
  question: Question,
  { name, filter }: { readonly name: string; readonly filter: string },
): Promise<ServerAnswer> => {
  const { password } = question;
  if (password === undefined) throw new ServerFault('there is no account that looks for people');
  const client = await open();
  const refused = await bindPerson(client, name, password);
  if (refused) return refused;
  const found = await look(client, question, filter);
  if (found.kind === 'found') return await accepted(client, question, found);
  throw new Unresolved('the person is not below the base DN');
};

const converse = async (open: Open, question: Question): Promise<ServerAnswer> => {
  const { settings, username, password } = question;
  if (password === '') return { kind: 'refused', reason: 'emptyPassword' };
  const { names, baseDn, account } = settings;
  if (names.kind === 'ldap')
    return await findThenBind(open, question, fillFilter(names.filter, username));
  const domain = { domain: names.domain, baseDn };
  const name = readWindowsName(username, domain);
  if (!name) return { kind: 'refused', reason: 'notFound' };
  const filter = windowsFilter(name);
  return account
    ? await findThenBind(open, question, filter)
    : await bindThenFind(open, question, { name: bindNameOf(name, domain), filter });
};

const faultOf = (error: unknown, late: boolean): string => {
  if (late) return 'no answer in time';
  if (error instanceof ServerFault) return error.message;
  if (error instanceof ResultCodeError) return `LDAP result ${error.code}`;
  // Node's codes are words such as ECONNREFUSED or CERT_HAS_EXPIRED; messages may say more than a log should hold.
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'the connection broke, or what came made no sense';
};

/** Asks one server; whatever goes wrong with it is an answer, too. */
export const ask = async (question: Question): Promise<ServerAnswer> => {
  const { server } = question;
  const late = new AbortController();
  const sockets: Socket[] = [];
  const timer = setTimeout(() => {
    late.abort();
    for (const socket of sockets) socket.destroy();
  }, server.timeoutMs);
  const open = async (): Promise<Client> => {
    const socket = await openChannel(server, late.signal);
    sockets.push(socket);
    return clientOn(socket, server.timeoutMs);
  };
  try {
    return await converse(open, question);
  } catch (error) {
    return error instanceof Unresolved
      ? { kind: 'unresolved', fault: error.message }
      : { kind: 'failed', fault: faultOf(error, late.signal.aborted) };
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  }
};
