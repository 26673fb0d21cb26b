import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { createActivities } from '../activities/index.ts';
import { eventId } from '../adapters/eventStore/eventId.ts';
import { eventTypeSchemas } from '../adapters/eventStore/typeSchemas.ts';
import { newId } from '../adapters/ids.ts';
import { smtpMailer } from '../adapters/mail/smtp.ts';
import { decodeBase32, encodeBase32 } from '../adapters/otp/base32.ts';
import { otplibOtp } from '../adapters/otp/otplib.ts';
import { argon2Pins } from '../adapters/pins/argon2.ts';
import { recordingFiles } from '../adapters/recordings/files.ts';
import { createTelephony } from '../adapters/telephony/telephony.ts';
import { openSecrets } from '../adapters/secrets/aesGcm.ts';
import { workflowBundle } from '../adapters/temporal/bundle.ts';
import { connectTemporal } from '../adapters/temporal/connect.ts';
import { installTemporalLog } from '../adapters/temporal/runtimeLog.ts';
import { reachable, runsOf } from '../adapters/temporal/runs.ts';
import { uploadFiles } from '../adapters/uploads/files.ts';
import { httpWebhooks } from '../adapters/webhooks/http.ts';
import { createCommands } from '../api/commands.ts';
import { createAttemptWatch } from '../api/commands/attemptWatch.ts';
import { repeatableChance } from '../api/commands/chance.ts';
import { createEngine } from '../api/commands/engine.ts';
import { namedCalls } from '../api/commands/namedCalls.ts';
import type { Facade } from '../api/facade.ts';
import { createMonitor } from '../api/radius/monitor.ts';
import { createQueries } from '../api/queries.ts';
import { mailStream } from '../domain/ids.ts';
import type { Notice } from '../domain/notice.ts';
import { auditTexts } from '../projections/auditText.ts';
import { createRunner } from '../projections/runner.ts';
import type { DataLayout } from '../runtime/dataFolder.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Shutdown } from '../runtime/shutdown.ts';
import { steadyClock } from '../runtime/steadyClock.ts';
import { taskQueue } from '../workflows/contracts.ts';
import { alarm } from './alarm.ts';
import { auditingOf } from './auditing/parts.ts';
import { eraseAgain } from './backup/eraseAgain.ts';
import { lineOf } from './backup/line.ts';
import { erasedLists, rememberErased } from './backup/rememberErased.ts';
import { callerSecrets } from './callerSecrets.ts';
import { watchClock } from './clockWatch.ts';
import { finishErasures } from './erasures.ts';
import { createDeployment } from './deployment.ts';
import { eventBodies } from './eventBody.ts';
import { openEvents, type EventsPlace } from './eventStore.ts';
import { watchLag } from './lag.ts';
import { ledgerOf } from './ledgerParts.ts';
import { mailSettings } from './mail.ts';
import { peopleInViews } from './people.ts';
import { providerStates } from './providerStates.ts';
import { factLog } from './factLog.ts';
import type { RadiusParts } from './radius.ts';
import { radiusClients } from './radiusClients.ts';
import { radiusDirectories } from './radiusDirectories.ts';
import { positionFile } from './positionFile.ts';
import { systemLog } from './systemLog.ts';
import type { TemporalEngine } from './temporalCluster.ts';
import { openViews, type ViewsPlace } from './views.ts';
import { startWebhookFeed } from './webhookFeed.ts';
import { workGoesOn } from './workGoesOn.ts';

export type CoreOptions = {
  readonly layout: DataLayout;
  /** Master keys that are at hand: in a rotation, and after it, there are several. */
  readonly masterKeys: () => readonly Buffer[];
  /** Folder of the anchored checkpoints, where it is not in the data folder. */
  readonly anchors?: string;
  readonly timestampAuthority?: string;
  readonly temporal: TemporalEngine;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  readonly mobileAppUrl: () => string;
  /** Where clients and providers reach this deployment. */
  readonly publicUrl: () => string;
  /** `host:port` on inner addresses that may be called (SEC-62). */
  readonly allowedTargets: readonly string[];
  /** Name of a process that joined another one. */
  readonly node?: string;
} & EventsPlace &
  ViewsPlace;

const { version: programVersion } = packageJson as { version: string };

/** How long the worker may finish what it has begun. */
const workerStopMs = 20_000;

/** The part without a listener: log, secrets, views, workflow engine and the two doors to them. */
export const startCore = async (
  options: CoreOptions,
): Promise<Facade & { readonly radius: RadiusParts }> => {
  const { layout, masterKeys, temporal, log, shutdown, mobileAppUrl } = options;
  const kept = await openEvents(options);
  const { events } = kept;
  shutdown.add('event store', () => events.close());
  const recorded = factLog(events);
  const facts = systemLog(recorded);
  const auditFacts = systemLog(recorded, 'audit');
  const now = steadyClock();
  const clocks = await watchClock({ events, facts, log });
  shutdown.add('clock watch', () => clocks.stop());
  const secrets = rememberErased(openSecrets({ file: layout.keys, masterKey: masterKeys }), {
    keys: layout.keys,
    lists: erasedLists(layout, options.anchors),
    nowMs: Date.now,
    log,
  });
  shutdown.add('secrets', () => secrets.close());
  // A break may be found before there is anybody to write a mail.
  const mails = Promise.withResolvers<(notice: Notice) => Promise<void>>();
  const ledger = ledgerOf(options, kept, async (notice) => await (await mails.promise)(notice));
  shutdown.add('ledger', () => ledger.stop());
  const views = await openViews(options, layout.views, lineOf(layout.ledger));
  shutdown.add('views', () => views.close());

  const fatal = (what: string) => (error: unknown) => {
    log.error(`${what} failed; this process serves nothing that depends on it`, { error });
  };
  const runner = createRunner({
    views,
    events,
    secrets,
    onFailure: fatal('the projector'),
    onInterrupted: (error) => log.warn('the views are taken up again', { error }),
  });
  shutdown.add('projector', () => runner.stop());

  installTemporalLog(log.line);
  const connect = () =>
    connectTemporal({
      address: temporal.address,
      namespace: temporal.namespace,
      ...(temporal.tls === undefined ? {} : { tls: temporal.tls }),
      masterKeys: () => secrets.roots(),
      onRefused: alarm(facts, log),
    });
  const engine = await connect();
  shutdown.add('Temporal connection', () => engine.close());
  const otp = otplibOtp();
  const pins = argon2Pins();
  const uploads = uploadFiles(layout.uploads);
  const mailer = smtpMailer({ settings: mailSettings(events, secrets) });
  shutdown.add('mailer', () => mailer.close());
  const telephony = createTelephony({
    providers: () => queries.telephonyProviders(),
    publicUrl: options.publicUrl,
    clock: Date.now,
    onBreaker: providerStates(facts, log),
    allow: () => options.allowedTargets,
  });
  const { codePath } = await workflowBundle();
  const workerOptions = {
    taskQueue,
    workflowBundle: { codePath },
    activities: createActivities({
      events,
      secrets,
      otp,
      mailer,
      people: peopleInViews(views.reader),
      pins,
      telephony,
      uploads,
      webhooks: {
        ...httpWebhooks({ allow: options.allowedTargets }),
        describe: eventBodies({ reader: views.reader, events, secrets, nowMs: Date.now }, runner),
      },
      clock: now,
      wallClock: Date.now,
      newId,
      newGuid: randomUUID,
      eventId,
    }),
  };
  const worker = await engine.createWorker(workerOptions);
  const running = worker.run();
  running.catch(fatal('the worker'));
  shutdown.add('worker', async () => {
    worker.shutdown();
    const late = new Promise((resolve) => setTimeout(resolve, workerStopMs).unref());
    await Promise.race([running, late]);
  });

  await runner.start();
  await finishErasures({ views, secrets });
  const attempts = await createAttemptWatch(events, fatal('the feed of attempts'));
  shutdown.add('feed of attempts', () => attempts.close());
  const chance = repeatableChance(secrets, { newId, newGuid: randomUUID, randomBytes });
  const workflows = createEngine(engine.client, chance.isRepeat);
  await eraseAgain({ keys: layout.keys, views, events, engine: workflows, log });
  mails.resolve(async (notice) => {
    const { noticeId } = notice;
    await workflows.start('mail', mailStream(noticeId), { noticeId, notice });
  });
  const tell = async (notice: Notice) => await (await mails.promise)(notice);
  const lag = watchLag({ events, feed: runner, facts: auditFacts, tell, log, nowMs: Date.now });
  shutdown.add('lag of the views', () => lag.stop());
  const isReachable = reachable(engine.client, temporal.namespace);
  const recordings = recordingFiles(layout.voice);
  const radiusMonitor = createMonitor(now);
  const queries = createQueries({
    radiusMonitor,
    views,
    events,
    eventTypes: Object.keys(auditTexts),
    secrets,
    runner,
    recordings,
    uploads,
    now: () => new Date(now()),
    mobileAppUrl,
    workflowRuns: runsOf(engine.client),
    canWrite: async () => (await isReachable()) && (await events.head()) >= 0,
  });
  const commands = createCommands({
    facts: recorded,
    radiusMonitor,
    engine: workflows,
    attempts,
    secrets: callerSecrets(secrets),
    pins,
    views,
    feed: runner,
    queries,
    events,
    recordings,
    uploads,
    newId: chance.newId,
    newGuid: chance.newGuid,
    randomBytes: chance.randomBytes,
    isRepeat: chance.isRepeat,
    eventId,
    newOathSecret: () => otp.generateSecret(chance.randomBytes),
    decodeBase32,
    encodeBase32,
    now,
    wallNow: Date.now,
    mobileAppUrl,
    rebuild: lag.rebuilding((onProgress) => runner.rebuild(onProgress)),
  });

  const audits = auditingOf(options, {
    events,
    views,
    feed: runner,
    secrets,
    queries,
    engine: workflows,
    facts: auditFacts,
    recorded,
    tell,
    newId: chance.newId,
    live: { eventTypes: Object.keys(auditTexts), recordings, uploads },
  });
  await createDeployment(events, workflows);
  const node = options.node ?? 'first';
  const started = { type: 'SystemStarted', data: { node, version: programVersion } } as const;
  await facts.record(started, `started/${newId()}`);
  const followed = `webhooks${options.node === undefined ? '' : `-${options.node}`}.position`;
  const webhookFeed = await startWebhookFeed({
    events,
    views,
    engine: workflows,
    position: positionFile(join(layout.store, followed)),
    log,
    now: Date.now,
  });
  shutdown.add('webhooks', () => webhookFeed.stop());
  workGoesOn({
    temporal,
    connection: engine,
    engine: workflows,
    events,
    views,
    runner,
    isReachable,
    connect,
    worker: workerOptions,
    now,
    log,
    shutdown,
  });
  const knownClients: RadiusParts['clients'] = async ({ ntlmAuth }) => {
    const directories = radiusDirectories({ events, secrets, facts, log, ntlmAuth });
    const known = await radiusClients(
      events,
      secrets,
      fatal('the list of RADIUS clients'),
      directories,
    );
    shutdown.add('list of RADIUS clients', () => known.close());
    return known;
  };
  return {
    commands,
    queries,
    calls: namedCalls({ events, secrets, facts: recorded, wallNow: Date.now, chance }),
    eventTypes: eventTypeSchemas,
    ledger,
    lag,
    ...audits,
    radius: { monitor: radiusMonitor, clients: knownClients },
  };
};
