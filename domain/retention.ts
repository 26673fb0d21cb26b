import type { EventType } from './events.ts';
import { parseStream } from './ids.ts';
import { toIso, toMs } from './instants.ts';
import { onBehalfOfPlace } from './sealed.ts';

/**
 * What expires together (spec/85 'Retention'): logins with all that an access server tells of them, messages that went
 * out, requests for approval, and what was done to people and settings.
 */
export const retentionFamilies = ['logins', 'messages', 'approvals', 'administration'] as const;
export type RetentionFamily = (typeof retentionFamilies)[number];

/** How long each family is kept, in days; settings of the company, whose lower bounds nobody goes below. */
export const retentionSettings = {
  retentionLoginDays: {
    default: 400,
    min: 90,
    max: 36_500,
    about: 'How long the details of logins are kept.',
  },
  retentionMessageDays: {
    default: 400,
    min: 90,
    max: 36_500,
    about: 'How long mails and deliveries to webhooks are kept.',
  },
  retentionApprovalDays: {
    default: 2_557,
    min: 730,
    max: 36_500,
    about: 'How long requests for approval and decisions are kept; 2557 is seven years.',
  },
  retentionAdministrationDays: {
    default: 2_557,
    min: 730,
    max: 36_500,
    about: 'How long changes of people and settings are kept; 2557 is seven years.',
  },
  legalCase: {
    default: '',
    maxLength: 200,
    about: 'Name of a legal case; while it stands here, nothing expires of anybody.',
  },
} as const;

export const retentionSettingOf = {
  logins: 'retentionLoginDays',
  messages: 'retentionMessageDays',
  approvals: 'retentionApprovalDays',
  administration: 'retentionAdministrationDays',
} as const satisfies Record<RetentionFamily, keyof typeof retentionSettings>;

const familyOfCategory: ReadonlyMap<string, RetentionFamily> = new Map([
  ['authentication', 'logins'],
  ['accounting', 'logins'],
  ['mail', 'messages'],
  ['delivery', 'messages'],
  ['apiCall', 'messages'],
  ['approval', 'approvals'],
] as const);

/** What an attempt leaves on the person, so that other attempts see it (ADR 10); with the attempt it goes. */
const loginTypes: ReadonlySet<EventType> = new Set([
  'UserChallengeOpened',
  'UserChallengeClosed',
  'UserCodeAccepted',
  'UserCodeRefused',
  'UserPinRefused',
  'BypassUsed',
  'QuestionsAnswered',
  'RecoveryCodeUsed',
  'AccessPassUsed',
] as const);

/** What says that records must stay or are gone, and what proves the log, is never too old. */
const lastingTypes: ReadonlySet<EventType> = new Set([
  'LegalHoldSet',
  'LegalHoldEnded',
  'UserErased',
  'AuditRetentionApplied',
] as const);
const lastingCategories: ReadonlySet<string> = new Set(['ledger', 'settings']);

/** @returns undefined for what is kept for ever */
export const familyOf = (event: {
  readonly stream: string;
  readonly type: string;
}): RetentionFamily | undefined => {
  const { category } = parseStream(event.stream);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asked only whether it is one of these
  const type = event.type as EventType;
  if (lastingTypes.has(type) || lastingCategories.has(category)) return undefined;
  if (loginTypes.has(type)) return 'logins';
  return familyOfCategory.get(category) ?? 'administration';
};

/**
 * The family whose period key seals a field beside the owner's key. What describes a person or the configuration as
 * they are is sealed by its owner's key alone: it stays for as long as they do.
 */
const sealedFamilyOf = (stream: string): RetentionFamily | undefined =>
  stream === onBehalfOfPlace.stream
    ? 'administration'
    : familyOfCategory.get(parseStream(stream).category);

export type Period = { readonly family: RetentionFamily; readonly month: string };

/** Owner of the key that a month of a family shares, `period:logins-2026-11`. */
export type PeriodOwner = `period:${string}`;

export const periodOwner = ({ family, month }: Period): PeriodOwner => `period:${family}-${month}`;

const periodForm = /^period:([a-z]+)-(\d{4}-\d{2})$/;
export const parsePeriod = (owner: string): Period | undefined => {
  const [, name, month] = periodForm.exec(owner) ?? [];
  const family = retentionFamilies.find((known) => known === name);
  return family === undefined || month === undefined ? undefined : { family, month };
};

/** @returns undefined where a field is sealed by its owner's key alone */
export const periodFor = (stream: string, atMs: number): PeriodOwner | undefined => {
  const family = sealedFamilyOf(stream);
  return family === undefined
    ? undefined
    : periodOwner({ family, month: toIso(atMs).slice(0, 'YYYY-MM'.length) });
};

/**
 * A value is sealed a little before its event is on record, and longer before where the log was away meanwhile; its key
 * outlives the month by this much.
 */
const sealedBeforeMs = 7 * 86_400_000;

/** The first instant that is not in the month any more. */
const endOf = (month: string): number => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const [nextYear, next] = number === 12 ? [year + 1, 1] : [year, number + 1];
  return toMs(`${String(nextYear).padStart(4, '0')}-${String(next).padStart(2, '0')}-01T00:00:00Z`);
};

/** Whether nothing that a period's key sealed is younger than `before`. */
export const isPast = ({ month }: Period, before: string): boolean =>
  endOf(month) + sealedBeforeMs <= toMs(before);

/** Where the days of a family end, on the day: a run that is repeated the same day finds nothing more. */
export const expiryOf = (days: number, nowMs: number): string => {
  const dayMs = 86_400_000;
  return toIso(Math.floor(nowMs / dayMs) * dayMs - days * dayMs);
};
