import type { AuditLineRow } from '../../adapters/views/port.ts';
import type { AuditRow } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, type Names } from './names.ts';
import { onBehalfOfPlace, personOfBehalf } from '../../domain/sealed.ts';
import { tellsOfErased } from './erasedTexts.ts';
import { erased, openFor } from './open.ts';

type Part = string | readonly ['user' | 'device' | 'account' | 'client', string];

/** Which kind of name an actor's id stands for. */
const actorNames = {
  user: 'user',
  administrator: 'client',
  serviceAccount: 'account',
  apiClient: 'client',
  device: 'device',
} as const;

const partsOf = (row: AuditLineRow): readonly Part[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  JSON.parse(row.summary) as readonly Part[];

const mentioned = (parts: readonly Part[], kind: 'user' | 'device' | 'account' | 'client') =>
  parts.flatMap((part) => (typeof part !== 'string' && part[0] === kind ? [part[1]] : []));

/** Lines of the audit log with the names as they are known now. */
export const showAuditLines = async (
  context: Pick<QueryContext, 'reader' | 'secrets'>,
  rows: readonly AuditLineRow[],
): Promise<readonly AuditRow[]> => {
  const parts = rows.map(partsOf);
  const all = parts.flat();
  const actors = rows.map(({ actorId }) => actorId);
  const behalves = await Promise.all(
    rows.map((row) => openFor(context.secrets, onBehalfOfPlace, row.onBehalfOfSealed)),
  );
  const behalfIds = behalves.flatMap((behalf) => personOfBehalf(behalf) ?? []);
  const names = await lookUpNames(context, {
    users: [
      ...mentioned(all, 'user'),
      ...actors,
      ...behalfIds,
      ...rows.flatMap(({ userId }) => userId ?? []),
    ],
    devices: [...mentioned(all, 'device'), ...actors],
    accounts: [...mentioned(all, 'account'), ...actors],
    clients: [...mentioned(all, 'client'), ...actors],
  });
  return rows.map((row, index): AuditRow => {
    const behalf = behalfName(names, behalves[index]!);
    const subject = row.userId === null ? '' : names.user(row.userId);
    const actor = actorName(names, row);
    return {
      position: row.position,
      at: row.at,
      type: row.type,
      actor: behalf === '' ? actor : `${actor} (says: for ${behalf})`,
      subject,
      channel: row.channel,
      address: row.address,
      requestId: row.requestId ?? '',
      summary: tellsOfErased(row, subject)
        ? erased
        : parts[index]!.map((part) =>
            typeof part === 'string' ? part : names[part[0]](part[1]),
          ).join(''),
    };
  });
};

const behalfName = (names: Names, behalf: string): string => {
  const person = personOfBehalf(behalf);
  return person === undefined ? behalf : names.user(person);
};

export const actorName = (
  names: Names,
  { actorKind, actorId }: Pick<AuditLineRow, 'actorKind' | 'actorId'>,
): string => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an unknown kind finds nothing
  const kind = actorNames[actorKind as keyof typeof actorNames] as
    | (typeof actorNames)[keyof typeof actorNames]
    | undefined;
  return kind === undefined ? `${actorKind} ${actorId}` : `${actorKind} ${names[kind](actorId)}`;
};
