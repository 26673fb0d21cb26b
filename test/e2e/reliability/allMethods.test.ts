import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';
import { count, isLong, seed } from '../../support/profile.ts';
import { smtpSink, type SmtpSink } from '../../support/smtpSink.ts';
import { chance, pause } from '../support/chance.ts';
import { phoneCompany, type PhoneCompany } from '../support/phoneCompany.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';
import { webhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';
import {
  methodKinds,
  prepareEveryMethod,
  type EveryMethod,
  type MethodKind,
} from './everyMethod.ts';
import { cachedApplication } from './everyMethodPeople.ts';
import {
  contactViolations,
  logViolations,
  mailViolations,
  readJournal,
  unsettled,
  webhookViolations,
} from './everyMethodRecord.ts';

/* Every method at once, while server, workflow engine and phone network are killed: nothing twice, nothing lost. */

const kills = count(100);
const lanes = 8;
const betweenMs = 5_000;
/** Between two logins of a lane: the load leaves something of the machine to what is being started again. */
const restMs = 200;
/** A contact whose server died is tried again after 10 s; its login must still be there. */
const phoneSeconds = 35;
const setUpMs = 180_000;
/** A delivery that died with its server comes again after 10 s, then a minute, then five. */
const settledWithinMs = isLong ? 600_000 : 150_000;
const runMs = 120_000 + kills * 20_000;
jest.setTimeout(setUpMs);

const data = temporaryData();
const journal = join(data.path, '..', 'network.jsonl');
const secret = `secret-${seed}-of-the-webhook`;
const administrators = ['one@example.org', 'two@example.org'];
const luck = chance(seed);
const parts = ['server', 'Temporal', 'provider'] as const;
const killed = { server: 0, Temporal: 0, provider: 0 };
let server: Supervised;
let company: PhoneCompany;
let receiver: WebhookReceiver;
let sink: SmtpSink;
let load: EveryMethod;

beforeAll(async () => {
  company = await phoneCompany({ stateFile: journal, secondMs: 100 });
  receiver = await webhookReceiver(secret);
  sink = await smtpSink({ port: await freePort() });
  const ports = await freePorts();
  server = supervised({
    data: data.path,
    ...ports,
    env: {
      COUNTERSIGN_REST_CALLS_PER_SECOND: '10000',
      COUNTERSIGN_PUBLIC_URL: `http://127.0.0.1:${ports.http}`,
      COUNTERSIGN_ALLOWED_TARGETS: `${company.target},${receiver.target}`,
    },
  });
  const { rest, info } = await server.start();
  await company.serve(rest, ports.http);
  await rest.ok('PATCH', '/settings', {
    mobileAppUrl: `${info.https}/pa`,
    notificationAddresses: administrators.join(', '),
    pushLimitPerHour: 100,
    oathWindow: 2,
    fraudBlock: false,
    requestSeconds: phoneSeconds,
    codeSeconds: phoneSeconds,
    callSeconds: phoneSeconds,
    smsCodeSeconds: phoneSeconds,
    smsReplySeconds: phoneSeconds,
  });
  await rest.ok('PUT', '/configuration/smtpServer/main', {
    host: '127.0.0.1',
    port: sink.port,
    security: 'none',
    sender: 'mfa@example.org',
  });
  await rest.ok('PUT', '/configuration/cacheRule/remembered', {
    type: 'application',
    seconds: 86_400,
    application: cachedApplication,
  });
  load = await prepareEveryMethod({
    server,
    company,
    folder: join(data.path, '..', 'phones'),
    coded: isLong ? 24 : 8,
    each: 2,
  });
  await rest.ok('PUT', '/configuration/webhook/told', {
    url: receiver.url,
    types: ['authentication.*'],
    keys: [{ keyId: 'k1', secret }],
  });
}, setUpMs);

afterAll(async () => {
  load?.stop();
  await data.remove();
  await company?.stop();
  await sink?.stop();
  receiver?.stop();
}, 60_000);

const kill = async (): Promise<void> => {
  const part = luck.of(parts);
  killed[part] += 1;
  if (part === 'provider') await company.kill();
  else await server.kill(part);
};

test(
  `REL-01 logins by every method under ${kills} kill -9 of server, Temporal and phone network: all of it settles`,
  async () => {
    const over = new AbortController();
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (!over.signal.aborted || begun < methodKinds.length) {
        const number = begun++;
        await load.run(methodKinds[number % methodKinds.length]!, `job-${number}`);
        await pause(restMs);
      }
    };
    const killing = async (): Promise<void> => {
      try {
        for (let number = 0; number < kills; number += 1) {
          await pause(luck.below(betweenMs));
          await kill();
        }
      } finally {
        over.abort();
      }
    };
    await Promise.all([killing(), ...Array.from({ length: lanes }, lane)]);
    await until('everything to settle', () => unsettled(data.path).length === 0, settledWithinMs)
      // What is still open says more than how long it was waited for.
      .catch(() => expect(unsettled(data.path)).toEqual([]));
    const { calls, texts } = readJournal(journal);
    process.stderr.write(
      `${JSON.stringify({ killed, logins: load.told.length, calls: calls.length, texts: texts.length, mails: sink.received.length, told: receiver.told.length })}\n`,
    );
  },
  runMs + settledWithinMs,
);

/** What a login may come to where its phone, its provider or its server was away in the middle. */
const outage = [
  'NO_RESPONSE',
  'PROVIDER_ERROR',
  'UNREACHABLE',
  'HUNG_UP',
  'CODE_EXPIRED',
  'THROTTLED',
  'INTERNAL',
];
const wanted: Readonly<Record<MethodKind, string>> = {
  pushApproved: 'APPROVED',
  pushDenied: 'USER_DENIED',
  pushFraud: 'FRAUD_REPORTED',
  pinPush: 'APPROVED',
  oathOneShot: 'APPROVED',
  oathTwoStep: 'APPROVED',
  smsOneWay: 'APPROVED',
  smsTwoWay: 'APPROVED',
  callConfirmed: 'APPROVED',
  callBackup: 'APPROVED',
  callFraud: 'FRAUD_REPORTED',
  bypass: 'BYPASSED',
  cached: 'CACHED',
};

test('REL-01 every login ended as it had to, or was cut short; none with anything else', () => {
  const ends = Map.groupBy(load.told, ({ kind, code }) => `${kind} ${code}`);
  const counts = [...ends].map(([end, { length }]) => `${end}: ${length}`).toSorted();
  process.stderr.write(`${counts.join('\n')}\n`);
  const odd = load.told.filter(({ kind, code }) => code !== wanted[kind] && !outage.includes(code));
  expect(odd).toEqual([]);
  expect(new Set(load.told.map(({ kind }) => kind)).size).toBe(methodKinds.length);
});

test('REL-01 no attempt without exactly one end, no accept without a ground', () => {
  expect(logViolations(data.path)).toEqual([]);
});

test('REL-10 nobody was called, texted or prompted twice for one thing', () => {
  expect(contactViolations(data.path, journal, load.phones)).toEqual([]);
});

test('REL-02 every report of fraud has its mails; one that came twice is the same mail', () => {
  expect(mailViolations(data.path, sink.received, administrators)).toEqual([]);
});

test('REL-02 every event reached the webhook, under one id however often', () => {
  expect(webhookViolations(data.path, receiver.told)).toEqual([]);
  expect(receiver.faults).toEqual([]);
});

test('REL-20 nothing was left uncaught in any of these lives', () => {
  expect(server.faults()).toEqual([]);
});
