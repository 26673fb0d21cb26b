import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { makeCanaries, names } from '../support/canaries.ts';
import { driveCanaries } from '../support/canaryDoors.ts';
import { readExports, type Exported } from '../support/canaryExports.ts';
import { filesBelow, formsOf, hitsIn, type Needle } from '../support/needles.ts';
import { countersign } from '../support/phone.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { syslogReceiver } from '../support/syslogReceiver.ts';
import { temporalCli, workflowIds } from '../support/temporalCli.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* Secrets and personal data go in at every door; where do they come to lie? */

/** What may be in clear, where, and why. */
const allowed: readonly { readonly what: RegExp; readonly where: RegExp; readonly why: string }[] =
  [
    {
      what: /^(?:username|otherUsername|unknownUsername|firstName|lastName)$/,
      where: /^store\/views[^/]*\.db/,
      why: 'lists are searched and ordered by name; the views are made from the log and go with it',
    },
  ];

const data = temporaryData();
const canary = makeCanaries();
let server: ServerProcess;
let driven: Awaited<ReturnType<typeof driveCanaries>>;
let histories: readonly { readonly id: string; readonly text: string }[];
let exported: readonly Exported[];
let metrics: string;
let saved: readonly string[];
let found: { readonly what: string; readonly where: string; readonly form: string }[] = [];

const atATime = 4;

/** Everything that somebody with the engine's port reads: the list and each history. */
const readHistories = async (): Promise<typeof histories> => {
  const cli = await temporalCli(server.info.temporal);
  const ids = await workflowIds(cli);
  const list = await cli('workflow', 'list', '--limit', '1000', '-o', 'json');
  const read: { id: string; text: string }[] = [{ id: 'list', text: list.stdout }];
  for (let at = 0; at < ids.length; at += atATime) {
    const some = ids.slice(at, at + atATime).map(async (id) => {
      const shown = await cli('workflow', 'show', '--workflow-id', id, '-o', 'json');
      return { id, text: shown.stdout + shown.stderr };
    });
    read.push(...(await Promise.all(some)));
  }
  return read;
};

/** They are no JSON. */
const readMetrics = async (): Promise<string> => {
  const token = readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  return await (await fetch(`${server.info.http}/api/v1/metrics`, { headers })).text();
};

/** Seeds also in the other case: base32 has no case of its own. */
const needles = (): readonly { readonly what: string; readonly forms: readonly Needle[] }[] =>
  Object.entries({ ...canary, ...driven.made }).flatMap(([what, value]) => [
    { what, forms: formsOf(value) },
    ...(typeof value === 'string' && /seed$/i.test(what)
      ? [{ what, forms: formsOf(value.toUpperCase()) }]
      : []),
  ]);

const inText = (text: string, forms: readonly Needle[]): readonly string[] => {
  const bytes = Buffer.from(text);
  return forms.filter((form) => bytes.includes(form.bytes)).map(({ form }) => form);
};

beforeAll(async () => {
  const syslog = await syslogReceiver();
  server = await serve({
    data: data.path,
    env: { COUNTERSIGN_LOG_LEVEL: 'debug', COUNTERSIGN_ALLOWED_TARGETS: syslog.target },
  });
  driven = await driveCanaries(server, `${data.path}-home`, canary);
  exported = await readExports(server, syslog);
  await syslog.remove();
  histories = await readHistories();
  metrics = await readMetrics();
  const backups = `${data.path}-backups`;
  await countersign(['backup', '--to', backups, '--data', data.path]);
  await server.kill('SIGTERM');
  const { root } = layoutOf(data.path);
  const files = filesBelow(root);
  found = needles().flatMap(({ what, forms }) =>
    hitsIn(files, forms).map(({ file, form }) => ({ what, where: relative(root, file), form })),
  );
  saved = needles().flatMap(({ what, forms }) =>
    hitsIn(filesBelow(backups), forms).map(({ file, form }) => `${what} ${file} ${form}`),
  );
}, 180_000);

afterAll(() => data.remove(), 60_000);

describe('SEC-72 canaries', () => {
  test('SEC-72 every door was driven, well and badly', () => {
    const statuses = driven.heard.map(({ status }) => status);
    for (const status of [200, 201, 202, 204, 400, 401, 404, 500])
      expect([status, statuses.includes(status)]).toEqual([status, true]);
    const expected = [
      'accountPassword',
      'apiToken',
      'confirmationCode',
      'deviceToken',
      'appSeed',
      'permit',
      'recoveryCode',
      'passCode',
      'webhookMade',
    ];
    for (const name of expected) expect(driven.made[name]?.length).toBeGreaterThan(8);
    const kept = ['/pin', '/questions', '/users/import', '/tokens/import', '/assign', '/reject'];
    const configured = ['/telephonyProvider/gw', '/smtpServer/main', '/webhook/own'];
    const went = driven.heard.filter(({ status }) => status < 300);
    for (const door of [...kept, ...configured])
      expect([door, went.some((one) => one.door.includes(door))]).toEqual([door, true]);
    for (const done of ['AddUserResult', 'SetPhoneResult', 'SetOathTokenResult'])
      expect(driven.heard.some(({ text }) => text.includes(`<${done}>true`))).toBe(true);
    expect(driven.heard.some(({ text }) => text.includes('disposition="success"'))).toBe(true);
    // The search finds what is there.
    expect(found.some(({ what, where }) => what === 'username' && where.includes('views'))).toBe(
      true,
    );
  });

  test('SEC-72 no file of the data folder holds one, but for what is listed', () => {
    const hits = found.filter(
      ({ what, where }) => !allowed.some((one) => one.what.test(what) && one.where.test(where)),
    );
    expect(hits).toEqual([]);
  });

  test('SEC-72 no file of a backup and no metric holds one', () => {
    expect(saved).toEqual([]);
    expect(metrics).toContain('countersign_');
    const hits = needles().flatMap(({ what, forms }) =>
      inText(metrics, forms).map((form) => [what, form]),
    );
    expect(hits).toEqual([]);
  });

  test('SEC-72 the log on stderr holds none, not even at its most talkative', () => {
    const log = server.log();
    expect(log).toContain('stopped');
    const hits = needles().flatMap(({ what, forms }) =>
      inText(log, forms).map((form) => [what, form]),
    );
    expect(hits).toEqual([]);
  });

  test('SEC-72 no refusal tells one back', () => {
    const refusals = driven.heard.filter(
      ({ status, text }) => status >= 400 || /disposition="fail"|Result>false</.test(text),
    );
    expect(refusals.length).toBeGreaterThan(20);
    const hits = refusals.flatMap(({ door, text }) =>
      needles()
        .filter(({ what }) => !names.has(what))
        .flatMap(({ what, forms }) => inText(text, forms).map(() => `${what} at ${door}`)),
    );
    expect(hits).toEqual([]);
  });

  test('H85-5 SEC-72 no export holds one but the names and addresses of people: NDJSON, CSV, OCSF, CEF, syslog', () => {
    // Files for auditors hold who it was and from where (docs/reference/exports.md); never a whole number or a secret.
    const told =
      /^(?:username|otherUsername|unknownUsername|firstName|lastName|email|otherEmail|listedEmail|changedBy|deviceName|clientIp|freeTextIp)$/;
    expect(exported.map(({ format }) => format)).toEqual([
      'ndjson',
      'csv',
      'ocsf',
      'cef',
      'syslog over TLS',
      'cef over TLS',
      'ocsf over TLS',
    ]);
    const hits = exported.flatMap(({ format, text }) =>
      needles()
        .filter(({ what }) => !told.test(what))
        .flatMap(({ what, forms }) => inText(text, forms).map((form) => [format, what, form])),
    );
    expect(hits).toEqual([]);
    // The search finds what is there.
    for (const { format, text } of exported)
      expect([format, text.includes(canary.username)]).toEqual([format, true]);
  });

  test('SEC-73 histories that are read without a key show none', () => {
    expect(histories.length).toBeGreaterThan(20);
    const hits = needles().flatMap(({ what, forms }) =>
      histories.flatMap(({ id, text }) => inText(text, forms).map((form) => [what, id, form])),
    );
    expect(hits).toEqual([]);
    expect(histories.some(({ text }) => text.includes('WORKFLOW_EXECUTION_COMPLETED'))).toBe(true);
  });
});
