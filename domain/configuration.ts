import {
  decideApiClient,
  evolveApiClients,
  type ApiClient,
  type ApiClientCommand,
} from './apiClients.ts';
import { assertNever, Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import { isItemKind, maxItemsOfKind, noItems, type ItemCommand, type ItemLists } from './items.ts';
import type { JsonObject } from './json.ts';
import { defaultSettings, settingFault, type Settings } from './settings.ts';

/** The deployment's configuration, folded from stream settings. */
export type Configuration = {
  readonly deployment: EventData['DeploymentCreated'] | undefined;
  readonly settings: Settings;
  readonly serviceAccounts: readonly EventData['ServiceAccountAdded'][];
  readonly apiClients: readonly ApiClient[];
  readonly items: ItemLists;
};

export const emptyConfiguration: Configuration = {
  deployment: undefined,
  settings: defaultSettings,
  serviceAccounts: [],
  apiClients: [],
  items: noItems,
};

export type ConfigurationCommand =
  | ItemCommand
  | { readonly type: 'createDeployment'; readonly data: EventData['DeploymentCreated'] }
  | {
      readonly type: 'changeSettings';
      readonly changes: EventData['SettingsChanged']['changes'];
      /** All settings as whoever changes them has seen them; others are a conflict. */
      readonly seen?: EventData['SettingsChanged']['changes'];
    }
  | { readonly type: 'addServiceAccount'; readonly data: EventData['ServiceAccountAdded'] }
  | { readonly type: 'removeServiceAccount'; readonly name: string }
  | ApiClientCommand;

/** @throws {Rejected} conflict */
const mustBeAsSeen = (seen: JsonObject | null | undefined, before: unknown): void => {
  if (seen === undefined || JSON.stringify(seen) === JSON.stringify(before ?? null)) return;
  throw new Rejected('conflict', 'somebody else has changed it meanwhile');
};

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** @throws {Rejected} alreadyExists, notFound, invalid */
export const decideConfiguration = (
  command: ConfigurationCommand,
  configuration: Configuration,
): readonly DomainEvent[] => {
  switch (command.type) {
    case 'createDeployment':
      return configuration.deployment ? [] : [{ type: 'DeploymentCreated', data: command.data }];
    case 'changeSettings': {
      for (const [name, value] of Object.entries(command.changes)) {
        const fault = settingFault(name, value);
        if (fault !== undefined) throw new Rejected('invalid', fault);
      }
      const before: Readonly<Record<string, unknown>> = configuration.settings;
      const { seen } = command;
      if (seen && Object.entries(before).some(([name, value]) => seen[name] !== value))
        throw new Rejected('conflict', 'somebody else has changed the settings meanwhile');
      const changes = Object.fromEntries(
        Object.entries(command.changes).filter(([name, value]) => before[name] !== value),
      );
      return Object.keys(changes).length === 0
        ? []
        : [{ type: 'SettingsChanged', data: { changes } }];
    }
    case 'addServiceAccount':
      if (configuration.serviceAccounts.some((a) => sameName(a.name, command.data.name)))
        throw new Rejected('alreadyExists', `there is a service account "${command.data.name}"`);
      return [{ type: 'ServiceAccountAdded', data: command.data }];
    case 'removeServiceAccount': {
      const account = configuration.serviceAccounts.find((a) => sameName(a.name, command.name));
      if (!account) throw new Rejected('notFound', `there is no service account "${command.name}"`);
      return [{ type: 'ServiceAccountRemoved', data: { accountId: account.accountId } }];
    }
    case 'addApiClient':
    case 'changeApiClient':
    case 'replaceApiClientSecret':
    case 'removeApiClient':
      return decideApiClient(command, configuration.apiClients);
    case 'setItem': {
      const { kind, itemId } = command;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- items are made of what JSON can say
      const item = command.item as unknown as JsonObject;
      const before = configuration.items[kind].get(itemId);
      mustBeAsSeen(command.seen, before);
      if (before === undefined && configuration.items[kind].size >= maxItemsOfKind)
        throw new Rejected('limitReached', `there are ${maxItemsOfKind} of ${kind} already`);
      return before !== undefined && JSON.stringify(before) === JSON.stringify(item)
        ? []
        : [{ type: 'ConfigurationItemSet', data: { kind, itemId, item } }];
    }
    case 'removeItem': {
      const { kind, itemId } = command;
      const before = configuration.items[kind].get(itemId);
      if (before !== undefined) mustBeAsSeen(command.seen, before);
      else throw new Rejected('notFound', `there is no ${kind} "${itemId}"`);
      return [{ type: 'ConfigurationItemRemoved', data: { kind, itemId } }];
    }
    default:
      return assertNever(command);
  }
};

export const evolveConfiguration = (
  configuration: Configuration,
  event: DomainEvent,
): Configuration => {
  switch (event.type) {
    case 'DeploymentCreated':
      return { ...configuration, deployment: event.data };
    case 'SettingsChanged':
      return {
        ...configuration,
        settings: { ...configuration.settings, ...(event.data.changes as Partial<Settings>) },
      };
    case 'ServiceAccountAdded':
      return { ...configuration, serviceAccounts: [...configuration.serviceAccounts, event.data] };
    case 'ServiceAccountRemoved':
      return {
        ...configuration,
        serviceAccounts: configuration.serviceAccounts.filter(
          (account) => account.accountId !== event.data.accountId,
        ),
      };
    case 'ApiClientAdded':
    case 'ApiClientChanged':
    case 'ApiClientSecretReplaced':
    case 'ApiClientRemoved':
      return { ...configuration, apiClients: evolveApiClients(configuration.apiClients, event) };
    case 'ConfigurationItemSet':
    case 'ConfigurationItemRemoved':
      return { ...configuration, items: evolveItems(configuration.items, event) };
    default:
      return configuration;
  }
};

const evolveItems = (
  items: ItemLists,
  event: DomainEvent<'ConfigurationItemSet' | 'ConfigurationItemRemoved'>,
): ItemLists => {
  const { kind, itemId } = event.data;
  // A kind that a later version knows means nothing to this one.
  if (!isItemKind(kind)) return items;
  const list = new Map<string, unknown>(items[kind]);
  if (event.type === 'ConfigurationItemSet') list.set(itemId, event.data.item);
  else list.delete(itemId);
  return { ...items, [kind]: list };
};
