import { assertNever } from '../errors.ts';
import type { DomainEvent, EventData } from '../events.ts';
import type { PresentUser } from '../user.ts';
import { unblocked } from './blocks.ts';
import { step, type RuleContext, type UserStep } from './rule.ts';

type PhoneData = EventData['UserPhoneChanged'];

/** A person comes, is changed, goes. */
export type ProfileCommand =
  | {
      readonly type: 'update';
      readonly data: EventData['UserUpdated'];
      readonly method?: Partial<EventData['UserMethodChanged']>;
      readonly phones?: readonly PhoneData[];
      readonly preferences?: EventData['UserPreferencesChanged'];
      /** Fields that were changed by hand and that a sync must leave alone from now on. */
      readonly overrides?: readonly string[];
    }
  | { readonly type: 'setEnabled'; readonly enabled: boolean }
  | { readonly type: 'resetRegistration' }
  | { readonly type: 'remove' };

export type AddUser = {
  readonly type: 'add';
  readonly data: EventData['UserAdded'];
  readonly phones?: readonly PhoneData[];
  readonly preferences?: EventData['UserPreferencesChanged'];
};

/** What a new person's first events are. */
export const added = ({ data, phones, preferences }: AddUser, userId: string): UserStep =>
  step({
    user: [
      { type: 'UserAdded', data },
      ...(phones ?? []).map(phoneChanged),
      ...preferencesChanged(preferences, {}),
    ],
    username: [{ type: 'UsernameReserved', data: { userId } }],
  });

export const decideProfile = (
  command: ProfileCommand,
  user: PresentUser,
  { userId }: RuleContext,
): UserStep => {
  switch (command.type) {
    case 'update':
      return step({ user: updates(command, user) });
    case 'setEnabled':
      if (user.enabled === command.enabled) return step({});
      return step({ user: [{ type: command.enabled ? 'UserEnabled' : 'UserDisabled', data: {} }] });
    case 'resetRegistration':
      return step({ user: resetRegistration(user) });
    case 'remove':
      return step({
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
      });
    default:
      return assertNever(command);
  }
};

const phoneChanged = (data: PhoneData): DomainEvent => ({ type: 'UserPhoneChanged', data });

const preferencesChanged = (
  wanted: EventData['UserPreferencesChanged'] | undefined,
  before: EventData['UserPreferencesChanged'],
): readonly DomainEvent[] => {
  const known: Readonly<Record<string, unknown>> = before;
  const changes = Object.fromEntries(
    Object.entries(wanted ?? {}).filter(([name, value]) => known[name] !== value),
  );
  return Object.keys(changes).length === 0
    ? []
    : [{ type: 'UserPreferencesChanged', data: changes }];
};

const updates = (
  command: Extract<ProfileCommand, { type: 'update' }>,
  user: PresentUser,
): readonly DomainEvent[] => {
  const method = command.method?.method ?? user.method;
  const appMode = command.method?.appMode ?? user.appMode;
  const overrides = [...new Set([...user.overrides, ...(command.overrides ?? [])])].toSorted();
  return [
    ...(Object.keys(command.data).length > 0
      ? [{ type: 'UserUpdated', data: command.data } as const]
      : []),
    ...(method !== user.method || appMode !== user.appMode
      ? [{ type: 'UserMethodChanged', data: { method, appMode } } as const]
      : []),
    ...(command.phones ?? []).map(phoneChanged),
    ...preferencesChanged(command.preferences, user.preferences),
    ...(overrides.length > user.overrides.length
      ? [{ type: 'UserOverridesChanged', data: { fields: overrides } } as const]
      : []),
  ];
};

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
