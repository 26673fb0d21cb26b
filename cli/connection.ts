import { readFileSync } from 'node:fs';
import { countersign, type Client } from '../client/index.ts';
import { layoutOf } from '../runtime/dataFolder.ts';
import { CommandFault } from './fault.ts';

/** Nobody at a terminal waits longer for an answer to begin. */
const timeoutMs = 300_000;

const notRunning = (data: string): CommandFault =>
  new CommandFault(
    `no server is running on data folder ${data}: start one with "countersign serve --data ${data}"`,
  );

const read = (path: string, missing: CommandFault): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    missing.cause = cause;
    throw missing;
  }
};

const httpOf = (text: string): string | undefined => {
  try {
    const endpoints: unknown = JSON.parse(text);
    const http: unknown =
      typeof endpoints === 'object' && endpoints !== null
        ? Reflect.get(endpoints, 'http')
        : undefined;
    return typeof http === 'string' ? http : undefined;
  } catch {
    return undefined;
  }
};

/** The token goes over plain HTTP, so only to this very machine; a server that listens everywhere is here too. */
const localHosts = new Map([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['localhost', '127.0.0.1'],
  ['[::1]', '[::1]'],
  ['[::]', '[::1]'],
]);

const originOf = (data: string): string => {
  const path = layoutOf(data).endpoints;
  const http = httpOf(read(path, notRunning(data)));
  const url = http !== undefined && URL.canParse(http) ? new URL(http) : undefined;
  if (!url) throw new CommandFault(`${path} is broken: remove it and start the server again`);
  const host = localHosts.get(url.hostname);
  if (url.protocol !== 'http:' || host === undefined)
    throw new CommandFault(
      `the server listens on ${url.origin}, but commands only talk to this machine: start it with --host 127.0.0.1 or 0.0.0.0`,
    );
  url.hostname = host;
  return url.origin;
};

const presentPath = '/api/v1';
let basePath = presentPath;
/** From now on every command reads what the server answered at a past moment. */
export const readAsOf = (stateId: string): void => {
  basePath = `${presentPath}/audit/states/${encodeURIComponent(stateId)}`;
};

/** Calls the REST interface of the server that runs on a data folder, as its local administrator. */
export const connection = (data: string): Client => {
  originOf(data); // Whoever cannot be called is told of at once.
  const { adminToken } = layoutOf(data);
  return countersign({
    // Asked before each call: a server that starts again may have another port.
    url: () => originOf(data),
    token: read(
      adminToken,
      new CommandFault(`${adminToken} cannot be read: run this as the user that runs the server`),
    ),
    basePath,
    timeoutMs,
    // Whoever sits at a terminal decides for themselves whether to try again.
    tries: 1,
    fetch: async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (cause) {
        throw Object.assign(notRunning(data), { cause });
      }
    },
  });
};
