import { operations, type Client, type OperationName } from '../client/index.ts';
import { itemKinds, type ItemKind } from '../domain/items.ts';
import { CommandFault } from './fault.ts';

type ListName = Extract<OperationName, `list${Capitalize<ItemKind>}`>;
type GetName = Extract<OperationName, `get${Capitalize<ItemKind>}`>;
type SetName = Extract<OperationName, `set${Capitalize<ItemKind>}`>;
type RemoveName = Extract<OperationName, `remove${Capitalize<ItemKind>}`>;

const isKind = (text: string): text is ItemKind => itemKinds.some((kind) => kind === text);

/**
 * The five operations that every kind of the configuration has, of a kind that a person names.
 * @throws {CommandFault} where there is no such kind
 */
export const itemsOf = (server: Client, kind: string) => {
  if (!isKind(kind))
    throw new CommandFault(`there is no kind "${kind}": take one of ${itemKinds.join(', ')}`);
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says which of the five is meant
  const named = <Name extends OperationName>(verb: string): Name => {
    const name = `${verb}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    if (!(name in operations)) throw new TypeError(`${kind} cannot ${verb}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked up above
    return name as Name;
  };
  return {
    list: () => server.call(named<ListName>('list')),
    get: (id: string) => server.call(named<GetName>('get'), { path: { id } }),
    /** @param version that was seen; undefined for a new item */
    set: (id: string, item: Readonly<Record<string, unknown>>, version: string | undefined) =>
      server.call(named<SetName>('set'), {
        path: { id },
        body: item,
        ifMatch: version,
      }),
    remove: (id: string) =>
      server.call(named<RemoveName>('remove'), { path: { id }, ifMatch: '*' }),
  };
};
