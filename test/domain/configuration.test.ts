import { describe, expect, test } from '@jest/globals';
import {
  decideConfiguration,
  emptyConfiguration,
  evolveConfiguration,
  type Configuration,
  type ConfigurationCommand,
} from '../../domain/configuration.ts';
import type { DomainEvent } from '../../domain/events.ts';
import {
  defaultSettings,
  settingFault,
  settingsCatalogue,
  type SettingName,
} from '../../domain/settings.ts';
import { givenBy } from '../support/given.ts';

const given = givenBy<ConfigurationCommand, Configuration>({
  initialState: emptyConfiguration,
  decide: decideConfiguration,
  evolve: evolveConfiguration,
});

const created: DomainEvent = {
  type: 'DeploymentCreated',
  data: { tenantId: 'tenant', groupKey: 'group', companyName: 'Example Org' },
};
const accountAdded = {
  type: 'ServiceAccountAdded',
  data: { accountId: 'A1', name: 'Mim', secretHash: 'hash', groups: [] },
} as const satisfies DomainEvent;
const clientAdded = {
  type: 'ApiClientAdded',
  data: { clientId: 'C1', name: 'portal', secretHash: 'hash', scopes: ['read'] },
} as const satisfies DomainEvent;
const changed = (changes: Record<string, string | number | boolean>): DomainEvent => ({
  type: 'SettingsChanged',
  data: { changes },
});

describe('the deployment', () => {
  test('is created once, and every later time is the first', () => {
    const again = { tenantId: 'other', groupKey: 'other', companyName: 'Other' };
    given().when({ type: 'createDeployment', data: created.data }).then(created);
    given(created).when({ type: 'createDeployment', data: again }).then();
    expect(given(created).state.deployment?.tenantId).toBe('tenant');
  });
});

describe('settings', () => {
  test('a change that changes nothing is no fact', () => {
    given()
      .when({ type: 'changeSettings', changes: { requestSeconds: 60 } })
      .then();
    given()
      .when({ type: 'changeSettings', changes: { requestSeconds: 60, codeTries: 5 } })
      .then(changed({ codeTries: 5 }));
  });

  test('one bad value refuses the whole change', () => {
    given()
      .when({ type: 'changeSettings', changes: { codeTries: 5, requestSeconds: 9999 } })
      .isRejected('invalid');
    given()
      .when({ type: 'changeSettings', changes: { nothingSuch: 1 } })
      .isRejected('invalid');
  });

  test('the newest value counts and the others stay at their defaults', () => {
    const { settings } = given(changed({ codeTries: 5 }), changed({ codeTries: 7 })).state;
    expect(settings).toEqual({ ...defaultSettings, codeTries: 7 });
  });

  test('each takes its default and both bounds, and nothing beyond them or of another type', () => {
    for (const name of Object.keys(settingsCatalogue) as SettingName[]) {
      const setting = settingsCatalogue[name];
      expect(settingFault(name, setting.default)).toBeUndefined();
      for (const odd of [
        null,
        undefined,
        {},
        [],
        Number.NaN,
        typeof setting.default === 'string' ? 1 : 'text',
      ])
        expect(settingFault(name, odd)).toContain(name);
      if ('min' in setting) {
        for (const fits of [setting.min, setting.max])
          expect(settingFault(name, fits)).toBeUndefined();
        for (const off of [setting.min - 1, setting.max + 1, setting.min + 0.5])
          expect(settingFault(name, off)).toContain(`${setting.min} to ${setting.max}`);
      }
      if ('maxLength' in setting)
        expect(settingFault(name, 'x'.repeat(setting.maxLength + 1))).toContain(name);
    }
    expect(settingFault('whenUserDisabled', 'maybe')).toContain('fail, succeed');
    expect(settingFault('constructor', 'x')).toContain('there is no setting');
    expect(settingFault('__proto__', 'x')).toContain('there is no setting');
  });
});

describe('service accounts', () => {
  test('have one name each, whatever its case', () => {
    const { data } = accountAdded;
    given().when({ type: 'addServiceAccount', data }).then(accountAdded);
    given(accountAdded)
      .when({ type: 'addServiceAccount', data: { ...data, accountId: 'A2', name: 'mIM' } })
      .isRejected('alreadyExists');
  });

  test('are removed by name, and then the name is free', () => {
    const removed: DomainEvent = { type: 'ServiceAccountRemoved', data: { accountId: 'A1' } };
    given(accountAdded).when({ type: 'removeServiceAccount', name: 'MIM' }).then(removed);
    given(accountAdded, removed)
      .when({ type: 'removeServiceAccount', name: 'Mim' })
      .isRejected('notFound');
    given(accountAdded, removed)
      .when({ type: 'addServiceAccount', data: accountAdded.data })
      .then(accountAdded);
  });
});

describe('API clients', () => {
  test('are added and removed by id', () => {
    const removed: DomainEvent = { type: 'ApiClientRemoved', data: { clientId: 'C1' } };
    given().when({ type: 'addApiClient', data: clientAdded.data }).then(clientAdded);
    given(clientAdded).when({ type: 'removeApiClient', clientId: 'C1' }).then(removed);
    given(clientAdded, removed)
      .when({ type: 'removeApiClient', clientId: 'C1' })
      .isRejected('notFound');
    expect(given(clientAdded, removed).state).toEqual(emptyConfiguration);
  });
});

test('events of other streams leave the configuration as it is', () => {
  expect(given(created, { type: 'UserEnabled', data: {} }).state).toEqual(given(created).state);
});

describe('items', () => {
  const item = { addresses: ['192.0.2.1'] };
  const set = (addresses: readonly string[], seen?: { readonly addresses: string[] } | null) =>
    ({
      type: 'setItem',
      kind: 'trustedIps',
      itemId: 'office',
      item: { addresses },
      ...(seen === undefined ? {} : { seen }),
    }) as const;
  const wasSet: DomainEvent = {
    type: 'ConfigurationItemSet',
    data: { kind: 'trustedIps', itemId: 'office', item },
  };
  const removed: DomainEvent = {
    type: 'ConfigurationItemRemoved',
    data: { kind: 'trustedIps', itemId: 'office' },
  };

  test('are set, changed and removed; the same once more is no fact', () => {
    given()
      .when(set(['192.0.2.1']))
      .then(wasSet);
    given(wasSet)
      .when(set(['192.0.2.1']))
      .then();
    given(wasSet).when({ type: 'removeItem', kind: 'trustedIps', itemId: 'office' }).then(removed);
    expect(given(wasSet, removed).state.items.trustedIps.size).toBe(0);
  });

  test('change only from the state that whoever changes them has seen', () => {
    given(wasSet)
      .when(set(['192.0.2.2'], item))
      .then({
        type: 'ConfigurationItemSet',
        data: { kind: 'trustedIps', itemId: 'office', item: { addresses: ['192.0.2.2'] } },
      });
    for (const seen of [null, { addresses: ['192.0.2.7'] }])
      given(wasSet)
        .when(set(['192.0.2.2'], seen))
        .isRejected('conflict');
    given()
      .when(set(['192.0.2.2'], item))
      .isRejected('conflict');
    given(wasSet)
      .when({ type: 'removeItem', kind: 'trustedIps', itemId: 'office', seen: { addresses: [] } })
      .isRejected('conflict');
  });
});
