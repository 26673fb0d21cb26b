import { readFileSync } from 'node:fs';
import { attemptFields } from '../../../adapters/eventStore/schemas/attempts.ts';
import { dottedType } from '../../../domain/delivery.ts';
import type { EventType } from '../../../domain/events.ts';
import type { CallRecord, Change, TextRecord } from '../../../phonenet/records.ts';
import { textOf, type Received } from '../../support/smtpSink.ts';
import { factsOnDisk, type Fact } from '../support/factLog.ts';
import { readRecord, repeated, violations, type Story } from '../support/invariants.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import type { Told } from '../support/webhookReceiver.ts';

/* What log, phone network, mailboxes and webhook receiver say of one and the same run. */

const attemptTypes = Object.keys(attemptFields) as readonly EventType[];
const prefix = 'authentication-';
const requestIdOf = ({ stream }: Fact): string => stream.slice(prefix.length);

const attemptFacts = (data: string): ReadonlyMap<string, readonly Fact[]> =>
  Map.groupBy(factsOnDisk(data, ...attemptTypes), requestIdOf);

/** Nobody is let in by nothing: what did it stands before the end. */
const groundless = (data: string): readonly string[] => {
  const bypassed = new Set(factsOnDisk(data, 'BypassUsed').map((fact) => fact.data['requestId']));
  return [...attemptFacts(data)].flatMap(([requestId, facts]) => {
    const end = facts.find(({ type }) => type === 'AuthenticationApproved');
    if (end === undefined) return [];
    const before = facts.slice(0, facts.indexOf(end));
    const has = (type: EventType, name: string, value: unknown) =>
      before.some((fact) => fact.type === type && fact.data[name] === value);
    const founded =
      end.data['code'] === 'BYPASSED'
        ? bypassed.has(requestId)
        : end.data['code'] === 'CACHED'
          ? has('AuthenticationRuleMatched', 'rule', '9 cache (application)')
          : has('AuthenticationDeviceAnswered', 'answer', 'approve') ||
            has('AuthenticationCodeSubmitted', 'accepted', true) ||
            has('AuthenticationKeysPressed', 'result', 'confirmed');
    return founded ? [] : [`${requestId}: ${String(end.data['code'])} by nothing`];
  });
};

/** One end each, and all that the log alone tells. The ground of an approval is looked at above. */
export const logViolations = (data: string): readonly string[] => [
  ...violations(readRecord(data)).filter((found) => !found.startsWith('I3')),
  ...groundless(data),
];

/** The phone network's journal as it lies on disk. */
export const readJournal = (
  file: string,
): { readonly calls: readonly CallRecord[]; readonly texts: readonly TextRecord[] } => {
  const calls = new Map<string, CallRecord>();
  const texts = new Map<string, TextRecord>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.endsWith('}')) continue; // Cut short by a kill, and never answered for.
    const change = JSON.parse(line) as Change;
    if (change.kind === 'call') calls.set(change.call.sid, change.call);
    if (change.kind === 'text' && change.text.direction === 'out')
      texts.set(change.text.sid, change.text);
  }
  return { calls: [...calls.values()], texts: [...texts.values()] };
};

const applicationOf = ({ body }: TextRecord): string => / ([^ ]+)\.$/.exec(body)?.[1] ?? body;

/** Nobody is called, texted or prompted twice for one thing, and what the log says was sent was sent. */
export const contactViolations = (
  data: string,
  journalFile: string,
  phones: readonly PocketPhone[],
): readonly string[] => {
  const { calls, texts } = readJournal(journalFile);
  const facts = [...attemptFacts(data).values()].flat();
  const of = (type: EventType) => facts.filter((fact) => fact.type === type);
  const references = (type: EventType) => of(type).map((fact) => String(fact.data['reference']));
  const called = calls.map(({ voiceUrl }) =>
    /\/calls\/([^/]+)\/(primary|backup)\//.exec(voiceUrl)!.slice(1, 3).join('-'),
  );
  const started = references('AuthenticationContactStarted');
  const sids = new Set([...calls, ...texts].map(({ sid }) => sid));
  const shown = phones.flatMap((phone) => phone.shown());
  const prompts = shown.filter(({ application }) => application !== 'Test');
  return [
    ...repeated('call', called),
    ...repeated(
      'text',
      texts.map((text) => applicationOf(text)),
    ),
    ...repeated(
      'push',
      prompts.map(({ application }) => application),
    ),
    ...repeated('started', started),
    ...repeated('accepted', references('AuthenticationContactAccepted')),
    ...called
      .filter((reference) => !started.includes(reference))
      .map((reference) => `${reference}: called without a word in the log`),
    ...of('AuthenticationContactAccepted')
      .filter((fact) => !sids.has(String(fact.data['providerRef'])))
      .map((fact) => `${fact.stream}: accepted, and unknown to the network`),
  ];
};

/** What is not over yet: attempts, mails, messages to the receiver. */
export const unsettled = (data: string): readonly string[] => {
  const open = [...readRecord(data).stories.values()].filter(({ code }) => code === undefined);
  const mails = factsOnDisk(data, 'MailQueued', 'MailSent', 'MailFailed');
  const ended = new Set(
    mails.filter(({ type }) => type !== 'MailQueued').map((fact) => fact.data['mailId']),
  );
  const deliveries = factsOnDisk(data, 'DeliveryQueued', 'DeliveryAcknowledged', 'DeliveryParked');
  const done = new Set(
    deliveries.filter(({ type }) => type !== 'DeliveryQueued').map(({ stream }) => stream),
  );
  const reported = new Set(
    mails.filter(({ type }) => type === 'MailQueued').map(({ stream }) => stream),
  );
  return [
    ...open.map(({ requestId }) => `attempt ${requestId}`),
    ...mails
      .filter(({ type, data: mail }) => type === 'MailQueued' && !ended.has(mail['mailId']))
      .map((fact) => `mail ${String(fact.data['mailId'])}`),
    ...(factsOnDisk(data, 'FraudReported').length > reported.size ? ['reports without mail'] : []),
    ...unqueued(data).map((position) => `event ${position}`),
    ...deliveries
      .filter(({ type, stream }) => type === 'DeliveryQueued' && !done.has(stream))
      .map(({ stream }) => stream),
  ];
};

const toldFrom = (data: string): number =>
  factsOnDisk(data, 'ConfigurationItemSet').find((fact) => fact.data['kind'] === 'webhook')!
    .position;
const wanted = (data: string): readonly Fact[] =>
  factsOnDisk(data, ...attemptTypes).filter(({ position }) => position > toldFrom(data));
const unqueued = (data: string): readonly number[] => {
  const queued = new Set(
    factsOnDisk(data, 'DeliveryQueued').map((fact) => fact.data['position'] as number),
  );
  return wanted(data)
    .map(({ position }) => position)
    .filter((position) => !queued.has(position));
};

/** Each event reaches the receiver under one id, however often. */
export const webhookViolations = (data: string, told: readonly Told[]): readonly string[] => {
  const byPosition = Map.groupBy(factsOnDisk(data, 'DeliveryQueued'), (fact) =>
    Number(fact.data['position']),
  );
  const heard = Map.groupBy(told, ({ id }) => id);
  const events = wanted(data);
  return [
    ...events.flatMap(({ position, type }) => {
      const queued = byPosition.get(position) ?? [];
      const id = queued[0]?.stream.slice('delivery-'.length) ?? '';
      if (queued.length !== 1) return [`event ${position}: ${queued.length} deliveries`];
      const messages = heard.get(id) ?? [];
      if (messages.length === 0) return [`event ${position} ${type}: lost`];
      return messages.every((message) => message.type === dottedType(type))
        ? []
        : [`event ${position} ${type}: told as something else`];
    }),
    ...(heard.size === events.length ? [] : [`${heard.size} ids for ${events.length} events`]),
  ];
};

/** Each report reaches everybody on the list; what comes twice is the same mail. */
export const mailViolations = (
  data: string,
  received: readonly Received[],
  administrators: readonly string[],
): readonly string[] => {
  const { stories } = readRecord(data);
  const storyOf = (requestId: string): Story | undefined => stories.get(requestId);
  const mails = received.map((mail) => ({ ...mail, lines: textOf(mail).split('\r\n') }));
  return factsOnDisk(data, 'FraudReported').flatMap((fact) => {
    const application = storyOf(String(fact.data['requestId']))?.application ?? '';
    return administrators.flatMap((address) => {
      const mine = mails.filter(
        ({ to, lines }) => to.includes(address) && lines.includes(`Application: ${application}`),
      );
      const ids = new Set(mine.map(({ header }) => header('message-id')));
      return ids.size === 1 ? [] : [`${application} to ${address}: ${ids.size} mails`];
    });
  });
};
