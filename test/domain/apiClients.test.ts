import { describe, expect, test } from '@jest/globals';
import {
  decideConfiguration,
  emptyConfiguration,
  evolveConfiguration,
  type Configuration,
  type ConfigurationCommand,
} from '../../domain/configuration.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { givenBy } from '../support/given.ts';

const given = givenBy<ConfigurationCommand, Configuration>({
  initialState: emptyConfiguration,
  decide: decideConfiguration,
  evolve: evolveConfiguration,
});
const added = {
  type: 'ApiClientAdded',
  data: { clientId: 'C1', name: 'portal', secretHash: 'hash', scopes: ['verify'] },
} as const satisfies DomainEvent;
const disabled = {
  type: 'ApiClientChanged',
  data: { clientId: 'C1', name: 'portal', scopes: ['verify'], limits: {}, enabled: false },
} as const satisfies DomainEvent;

describe('an API client', () => {
  test('is changed as a whole; what changes nothing is no fact', () => {
    given(added)
      .when({ type: 'changeApiClient', clientId: 'C1', changes: { enabled: false } })
      .then(disabled);
    given(added, disabled)
      .when({ type: 'changeApiClient', clientId: 'C1', changes: { enabled: false } })
      .then();
    const limits = { groups: ['Sales'] };
    given(added)
      .when({ type: 'changeApiClient', clientId: 'C1', changes: { limits } })
      .then({ ...disabled, data: { ...disabled.data, limits, enabled: true } });
  });

  test('H65-6 two changes of one version: the second is a conflict', () => {
    const change = { type: 'changeApiClient', clientId: 'C1', expectedVersion: 1 } as const;
    given(added)
      .when({ ...change, changes: { name: 'a' } })
      .thenTypes('ApiClientChanged');
    given(added, disabled)
      .when({ ...change, changes: { name: 'b' } })
      .isRejected('conflict');
    given(added, disabled)
      .when({ ...change, expectedVersion: 2, changes: { name: 'b' } })
      .thenTypes('ApiClientChanged');
  });

  test('gets a new secret, which is a change too; one that is not there gets none', () => {
    const replaced = {
      type: 'ApiClientSecretReplaced',
      data: { clientId: 'C1', secretHash: 'other' },
    } as const satisfies DomainEvent;
    const order = { type: 'replaceApiClientSecret', clientId: 'C1', secretHash: 'other' } as const;
    given(added).when(order).then(replaced);
    given().when(order).isRejected('notFound');
    expect(given(added, replaced).state.apiClients).toMatchObject([{ version: 2 }]);
  });
});

test('H65-6 settings that are no longer as they were seen are a conflict', () => {
  const { settings } = emptyConfiguration;
  const changed: DomainEvent = { type: 'SettingsChanged', data: { changes: { codeTries: 5 } } };
  const order = { type: 'changeSettings', changes: { blockDays: 30 }, seen: settings } as const;
  given().when(order).thenTypes('SettingsChanged');
  given(changed).when(order).isRejected('conflict');
});

describe('a client that shows a certificate', () => {
  const shown = {
    type: 'ApiClientAdded',
    data: {
      ...added.data,
      clientId: 'C2',
      kind: 'certificate',
      certificates: ['aa'],
      certificateNames: ['shop.example'],
    },
  } as const satisfies DomainEvent;

  test('is added with one, and others are not', () => {
    given(added).when({ type: 'addApiClient', data: shown.data }).then(shown);
    const { certificates: _, certificateNames: __, ...without } = shown.data;
    given().when({ type: 'addApiClient', data: without }).isRejected('invalid');
    given()
      .when({ type: 'addApiClient', data: { ...added.data, certificates: ['bb'] } })
      .isRejected('invalid');
    given(shown)
      .when({
        type: 'changeApiClient',
        clientId: 'C2',
        changes: { certificates: [], certificateNames: [] },
      })
      .isRejected('invalid');
  });

  test('is the only one that shows it, until it does no more', () => {
    const another = { ...shown.data, clientId: 'C3', certificateNames: [] };
    given(shown).when({ type: 'addApiClient', data: another }).isRejected('alreadyExists');
    const changed = {
      type: 'ApiClientChanged',
      data: {
        clientId: 'C2',
        name: 'portal',
        scopes: ['verify'],
        limits: {},
        enabled: true,
        certificates: ['bb'],
        certificateNames: ['shop.example'],
      },
    } as const satisfies DomainEvent;
    given(shown)
      .when({ type: 'changeApiClient', clientId: 'C2', changes: { certificates: ['bb'] } })
      .then(changed);
    given(shown, changed).when({ type: 'addApiClient', data: another }).thenTypes('ApiClientAdded');
  });

  test('has no secret that could be replaced', () => {
    given(shown)
      .when({ type: 'replaceApiClientSecret', clientId: 'C2', secretHash: 'other' })
      .isRejected('notAllowed');
  });
});
