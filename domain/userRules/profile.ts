import { assertNever, Rejected } from '../errors.ts';
import type { DomainEvent, EventData } from '../events.ts';
import { preferenceNames } from '../methods.ts';
import { phoneField } from '../phone.ts';
import type { PresentUser } from '../user.ts';
import { builtInPreferences, newUserDefaults, recordedPreferences } from '../userDefaults.ts';
import { unblocked } from './blocks.ts';
import { step, type RuleContext, type UserStep } from './rule.ts';
import { releases } from './tokens.ts';

type PhoneData = EventData['UserPhoneChanged'];
type Preferences = EventData['UserPreferencesChanged'];

/** Changes of a person's record, all or none. */
export type UpdateUser = {
  readonly type: 'update';
  readonly data: EventData['UserUpdated'];
  readonly method?: Partial<EventData['UserMethodChanged']>;
  readonly phones?: readonly PhoneData[];
  readonly preferences?: Preferences;
  readonly enabled?: boolean;
  /**
   * `sync`: the directory, which leaves alone what was changed by hand. Whatever anybody else changes on a person of
   * the directory is left alone by it from now on.
   */
  readonly by?: 'sync';
  /** Fields that a sync must leave alone from now on. */
  readonly overrides?: readonly string[];
  /** Fields that the directory governs again. */
  readonly clearOverrides?: readonly string[];
  /** The version that the change was made on. */
  readonly expectedVersion?: number;
};

/** A person comes, is changed, goes. */
export type ProfileCommand =
  | UpdateUser
  | { readonly type: 'setEnabled'; readonly enabled: boolean }
  | { readonly type: 'resetRegistration' }
  | { readonly type: 'remove' };

type Defaulted = 'enabled' | 'method' | 'appMode';

export type AddUser = {
  readonly type: 'add';
  /** Without a method, a mode or whether enabled, the company's defaults count. */
  readonly data: Omit<EventData['UserAdded'], Defaulted> &
    Partial<Pick<EventData['UserAdded'], Defaulted>>;
  readonly details?: Pick<EventData['UserUpdated'], 'description' | 'uniqueIdentifier'>;
  readonly phones?: readonly PhoneData[];
  readonly preferences?: Preferences;
};

/** What a new person's first events are. */
export const added = (command: AddUser, { userId, settings }: RuleContext): UserStep => {
  const defaults = newUserDefaults(settings);
  const { data, details = {}, phones = [], preferences = {} } = command;
  // Whoever comes by the thousands and without a phone is let in by somebody who looks at them (H20-5).
  const withoutPhone = data.source !== 'manual' && !phones.some(({ phone }) => phone);
  const wanted = recordedPreferences(preferences, defaults);
  return step({
    user: [
      {
        type: 'UserAdded',
        data: {
          ...data,
          enabled: data.enabled ?? (withoutPhone ? false : defaults.enabled),
          method: data.method ?? defaults.method,
          appMode: data.appMode ?? defaults.appMode,
        },
      },
      ...updated(details),
      ...phones.map(phoneChanged),
      ...(Object.keys(wanted).length > 0
        ? [{ type: 'UserPreferencesChanged', data: wanted } as const]
        : []),
    ],
    username: [{ type: 'UsernameReserved', data: { userId } }],
  });
};

/** @throws {Rejected} conflict */
export const decideProfile = (
  command: ProfileCommand,
  user: PresentUser,
  { userId }: RuleContext,
): UserStep => {
  switch (command.type) {
    case 'update':
      if (command.expectedVersion !== undefined && command.expectedVersion !== user.version)
        throw new Rejected(
          'conflict',
          `somebody has changed this user meanwhile: the current version is ${user.version}`,
        );
      return step({ user: updates(command, user) });
    case 'setEnabled':
      return step({ user: updates({ type: 'update', data: {}, enabled: command.enabled }, user) });
    case 'resetRegistration':
      return step({ user: resetRegistration(user) });
    case 'remove':
      return removal(user, { userId });
    default:
      return assertNever(command);
  }
};

/** Whoever goes frees the name and the hardware tokens; what was under way is named, so that it can be ended. */
export const removal = (user: PresentUser, { userId }: Pick<RuleContext, 'userId'>): UserStep =>
  step({
    user: [
      ...[user.block, user.lock].flatMap((held) =>
        held ? [unblocked(held.blockId, 'The user was removed', 'unblocked')] : [],
      ),
      {
        type: 'UserRemoved',
        data: {
          usernameKey: user.usernameKey,
          openRequests: user.open.map(({ requestId }) => requestId),
          ...(user.activationId ? { activationId: user.activationId } : {}),
        },
      },
    ],
    username: [{ type: 'UsernameReleased', data: { userId } }],
    tokens: releases(user, () => true),
  });

const phoneChanged = (data: PhoneData): DomainEvent => ({ type: 'UserPhoneChanged', data });
const updated = (data: EventData['UserUpdated']): readonly DomainEvent[] =>
  Object.keys(data).length > 0 ? [{ type: 'UserUpdated', data }] : [];
const enabling = (enabled: boolean | undefined, user: PresentUser): readonly DomainEvent[] =>
  enabled === undefined || enabled === user.enabled
    ? []
    : [{ type: enabled ? 'UserEnabled' : 'UserDisabled', data: {} }];

/** Leaves out what is so already. Sealed texts cannot be compared here: who seals them compares them. */
const differing = <T extends object>(wanted: T, before: object): Partial<T> => {
  const known: Readonly<Record<string, unknown>> = { ...before };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a subset of the same fields
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => known[name] !== value),
  ) as Partial<T>;
};

/** What a sync may still say of a person: nothing of what was changed by hand. */
const leftToSync = (command: UpdateUser, overrides: readonly string[]): UpdateUser => {
  const governed = <T extends object>(fields: T): T =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all fields are optional
    Object.fromEntries(Object.entries(fields).filter(([name]) => !overrides.includes(name))) as T;
  const { enabled, ...others } = command;
  return {
    ...others,
    data: governed(command.data),
    method: governed(command.method ?? {}),
    preferences: governed(command.preferences ?? {}),
    phones: (command.phones ?? []).filter(({ which }) => !overrides.includes(phoneField[which])),
    ...(enabled === undefined || overrides.includes('enabled') ? {} : { enabled }),
  };
};

const updates = (asked: UpdateUser, user: PresentUser): readonly DomainEvent[] => {
  const command = asked.by === 'sync' ? leftToSync(asked, user.overrides) : asked;
  const data = differing(command.data, user);
  const method = differing(command.method ?? {}, user);
  const phones = command.phones ?? [];
  const preferences = differing(command.preferences ?? {}, {
    ...builtInPreferences,
    ...user.preferences,
  });
  const enabled = enabling(command.enabled, user);
  const byHand =
    user.source === 'sync' && command.by !== 'sync'
      ? [
          ...Object.keys({ ...data, ...method, ...preferences }),
          ...phones.map(({ which }) => phoneField[which]),
          ...(enabled.length > 0 ? ['enabled'] : []),
        ]
      : [];
  return [
    ...updated(data),
    ...(Object.keys(method).length > 0
      ? [
          {
            type: 'UserMethodChanged',
            data: { method: user.method, appMode: user.appMode, ...method },
          } as const,
        ]
      : []),
    ...phones.map(phoneChanged),
    ...(Object.keys(preferences).length > 0
      ? [{ type: 'UserPreferencesChanged', data: preferences } as const]
      : []),
    ...enabled,
    ...overridesChanged(command, byHand, user.overrides),
  ];
};

const overridesChanged = (
  { overrides = [], clearOverrides = [] }: UpdateUser,
  byHand: readonly string[],
  before: readonly string[],
): readonly DomainEvent[] => {
  const kept = [...before, ...byHand].filter((field) => !clearOverrides.includes(field));
  const fields = [...new Set([...kept, ...overrides])].toSorted();
  return fields.join() === before.join()
    ? []
    : [{ type: 'UserOverridesChanged', data: { fields } }];
};

/** Fields that may be governed by a directory or by hand; what `overrides` lists. */
export const overridableFields = [
  'firstName',
  'lastName',
  'email',
  'group',
  'description',
  'uniqueIdentifier',
  'phone',
  'backupPhone',
  'enabled',
  'method',
  'appMode',
  ...preferenceNames,
] as const;

/** Phones, devices and software tokens go; hardware tokens stay the person's. */
const resetRegistration = (user: PresentUser): readonly DomainEvent[] => [
  {
    type: 'UserRegistrationReset',
    data: {
      deviceIds: user.devices.map(({ deviceId }) => deviceId),
      tokenIds: user.oathSources.filter(({ hardware }) => !hardware).map(({ tokenId }) => tokenId),
    },
  },
];
