import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';
import type { EventReply, EventsReply } from '../../../api/rest/events.ts';
import type { StateReply } from '../../../api/rest/states.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { freePort } from '../../support/freePort.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import type { Stores } from '../support/stores.ts';
import { syslogReceiver, type SyslogReceiver } from '../support/syslogReceiver.ts';
import { webhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));

const lists = [
  '/users?limit=500',
  '/users/otto@example.org',
  '/blocks',
  '/bypasses',
  '/authentications',
  '/settings',
  '/service-accounts',
  '/tokens',
  '/configuration/webhook',
  '/configuration/trustedIps',
  '/configuration/exportTarget',
];

/** A server, and the programs of auditors around it. */
export type AuditWorld = {
  readonly data: { readonly path: string };
  /** The process that runs now: tests kill it. */
  readonly server: ServerProcess;
  readonly syslog: SyslogReceiver;
  readonly hook: WebhookReceiver;
  readonly token: string;
  start(): Promise<void>;
  add(username: string): Promise<unknown>;
  /** Position of the newest event. */
  newest(): Promise<number>;
  eventsAfter(after: number): Promise<readonly EventReply[]>;
  stateAt(moment: object): Promise<StateReply>;
  /** Whole answers of all lists; of a past state by its path before theirs. */
  answers(prefix?: string): Promise<readonly string[]>;
  /** The command line as a person types it. */
  cli(...words: readonly string[]): Promise<string>;
};

/** Starts it before the tests of the file that calls this, and ends it behind them. */
export const auditWorld = (stores: Stores): AuditWorld => {
  const data = temporaryData();
  let server: ServerProcess;
  let syslog: SyslogReceiver;
  let hook: WebhookReceiver;
  let ports: { http: number; https: number };
  let env: NodeJS.ProcessEnv = {};

  const start = async (): Promise<void> => {
    const targets = `${syslog.target},${hook.target}`;
    server = await serve({
      data: data.path,
      ...ports,
      env: { ...env, COUNTERSIGN_ALLOWED_TARGETS: targets },
    });
  };
  beforeAll(async () => {
    syslog = await syslogReceiver();
    hook = await webhookReceiver('secret-of-the-audit-test');
    ports = { http: await freePort(), https: await freePort() };
    env = await stores.start();
    await start();
  }, 120_000);
  afterAll(async () => {
    await data.remove();
    hook.stop();
    await syslog.remove();
    await stores.stop();
  }, 60_000);

  const token = (): string => readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
  return {
    data,
    get server() {
      return server;
    },
    get syslog() {
      return syslog;
    },
    get hook() {
      return hook;
    },
    get token() {
      return token();
    },
    start,
    add: (username) => server.rest.ok('POST', '/users', { username }),
    newest: async () => (await server.rest.ok<EventsReply>('GET', '/events?limit=1')).newest,
    eventsAfter: async (after) =>
      (await server.rest.ok<EventsReply>('GET', `/events?after=${after}&limit=500`)).items,
    async stateAt(moment) {
      const response = await fetch(`${server.info.http}/api/v1/audit/states`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
        body: JSON.stringify(moment),
      });
      const last = JSON.parse((await response.text()).trim().split('\n').at(-1)!) as {
        state: StateReply;
      };
      return last.state;
    },
    answers: (prefix = '') =>
      Promise.all(
        lists.map(async (path) => {
          const answer = await server.rest.call('GET', `${prefix}${path}`);
          return `${path} ${answer.status} ${JSON.stringify(answer.body)}`;
        }),
      ),
    async cli(...words) {
      const [command = '', ...rest] = words;
      const place = { ...process.env, COUNTERSIGN_DATA: data.path, TZ: 'UTC' };
      const ran = promisify(execFile)(process.execPath, [program, command, ...rest], {
        env: place,
      });
      return (await ran).stdout;
    },
  };
};
