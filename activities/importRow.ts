import { Rejected } from '../domain/errors.ts';
import type { Effect } from '../domain/effects.ts';
import type { ImportManifest, ImportRow } from '../domain/imports.ts';
import { preferenceNames } from '../domain/methods.ts';
import { present } from '../domain/present.ts';
import { readPhone, sealedNames, sealedPhone, type PersonSealer } from '../domain/sealing.ts';
import { formatPhone } from '../domain/phone.ts';
import type { PresentUser } from '../domain/user.ts';
import { readUserRecord, type UserRecord } from '../domain/userCsv.ts';
import { canonicalName } from '../domain/username.ts';
import { decideUser, type UserCommand } from '../domain/userRules.ts';
import type { Aggregates } from './aggregates.ts';
import type { UserChanger } from './changes.ts';
import type { Ports } from './ports.ts';
import { inUserStream } from '../domain/sealed.ts';

export type RowResult = {
  readonly outcome: 'added' | 'updated' | 'skipped' | 'failed';
  readonly reasons: readonly string[];
  readonly effects: readonly Effect[];
};

const preferencesOf = (record: Partial<UserRecord>) =>
  Object.fromEntries(
    preferenceNames.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])),
  );

/** Does one row of an import: reads it, finds the person, and adds or changes them as one step. */
export const createRowImporter = (
  ports: Ports,
  aggregates: Aggregates,
  changeUser: UserChanger,
) => {
  const sealerFor = (userId: string): PersonSealer => ({
    seal: (field, text) => ports.secrets.seal(inUserStream(userId, field), text),
    phoneKey: (digits) => ports.secrets.hash('phone', digits),
  });

  const phonesOf = async (record: Partial<UserRecord>, userId: string) => {
    const sealer = sealerFor(userId);
    return [
      ...(record.phone === undefined ? [] : [await sealedPhone('primary', record.phone, sealer)]),
      ...(record.backupPhone === undefined
        ? []
        : [await sealedPhone('backup', record.backupPhone, sealer)]),
    ];
  };

  const addCommand = async (
    record: UserRecord,
    { userId, objectId }: ImportRow,
    usernameKey: string,
  ): Promise<UserCommand> => {
    const { username, group, enabled, method, appMode, description, uniqueIdentifier } = record;
    const sealer = sealerFor(userId);
    return {
      type: 'add',
      data: present({
        username: await sealer.seal('username', username),
        usernameKey,
        ...(await sealedNames(record, sealer)),
        group,
        enabled,
        method,
        appMode,
        objectId,
        source: 'import' as const,
      }),
      details: present({ description, uniqueIdentifier }),
      phones: await phonesOf(record, userId),
      preferences: preferencesOf(record),
    };
  };

  /** What the row says and the record does not: sealed texts are compared here, where they can be opened. */
  const news = async (
    record: Omit<Partial<UserRecord>, 'username'>,
    user: PresentUser,
    userId: string,
  ) => {
    const same = async (field: string, sealed: typeof user.email, text: string): Promise<boolean> =>
      (sealed === undefined
        ? ''
        : await ports.secrets.open(inUserStream(userId, field), sealed)) === text;
    const fresh: Record<string, unknown> = { ...record };
    for (const name of ['firstName', 'lastName', 'email'] as const)
      if (record[name] !== undefined && (await same(name, user[name], record[name])))
        delete fresh[name];
    for (const [name, slot] of [
      ['phone', 'primary'],
      ['backupPhone', 'backup'],
    ] as const) {
      const wanted = record[name];
      if (wanted === undefined) continue;
      const phone = readPhone(wanted);
      if (await same(name, user.phones[slot]?.phone, phone ? formatPhone(phone) : ''))
        delete fresh[name];
    }
    return fresh as typeof record;
  };

  const updateCommand = async (
    record: Omit<Partial<UserRecord>, 'username'>,
    user: PresentUser,
    userId: string,
  ): Promise<UserCommand> => {
    const fresh = await news(record, user, userId);
    const { group, description, uniqueIdentifier, enabled, method, appMode } = fresh;
    return {
      type: 'update',
      data: {
        ...(await sealedNames(fresh, sealerFor(userId))),
        ...present({ group, description, uniqueIdentifier }),
      },
      method: present({ method, appMode }),
      phones: await phonesOf(fresh, userId),
      preferences: preferencesOf(fresh),
      ...(enabled === undefined ? {} : { enabled }),
    };
  };

  const wouldChange = async (command: UserCommand, user: PresentUser, userId: string) => {
    const { settings } = (await aggregates.configuration()).state;
    const context = { userId, settings, nowMs: ports.clock() };
    return decideUser(command, user, context).user.length > 0;
  };

  const add = async (
    row: ImportRow,
    { mode, kind, dryRun, defaults, origin }: ImportManifest,
    record: UserRecord,
    usernameKey: string,
  ): Promise<RowResult> => {
    if (kind === 'edit') throw new Rejected('notFound', 'there is no such user');
    if (mode === 'update') return skipped;
    if (dryRun) return { outcome: 'added', ...none };
    const command = await addCommand({ ...defaults, ...record }, row, usernameKey);
    const { userId } = row;
    const { effects } = await changeUser(
      { kind: 'user', who: { usernameKey }, newUserId: userId, command, origin },
      stepOf(row),
    );
    return { outcome: 'added', reasons: [], effects };
  };

  const update = async (
    row: ImportRow,
    { mode, dryRun, origin, changes }: ImportManifest,
    record: UserRecord,
    userId: string,
  ): Promise<RowResult> => {
    if (mode === 'add') return skipped;
    const { state: user } = await aggregates.user(userId);
    if (user.status !== 'present') throw new Rejected('conflict', 'the user was removed meanwhile');
    const { username: _name, ...said } = record;
    const command = await updateCommand({ ...said, ...changes }, user, userId);
    if (dryRun)
      return (await wouldChange(command, user, userId)) ? { outcome: 'updated', ...none } : skipped;
    const { effects, recorded } = await changeUser(
      { kind: 'user', who: { userId }, command, origin },
      stepOf(row),
    );
    return { outcome: recorded.length > 0 ? 'updated' : 'skipped', reasons: [], effects };
  };

  return async (row: ImportRow, manifest: ImportManifest): Promise<RowResult> => {
    if (row.fault !== undefined) return failed(row.fault);
    const read = readUserRecord(new Map(manifest.columns), row.cells, manifest);
    if ('fault' in read) return failed(read.fault);
    const { record, warnings } = read;
    const usernameKey = ports.secrets.hash('username', canonicalName(record.username));
    const holder = (await aggregates.name(usernameKey)).state;
    try {
      // This very row added the person: the step was repeated.
      if (holder === row.userId) return { outcome: 'added', reasons: warnings, effects: [] };
      const result =
        holder === undefined
          ? await add(row, manifest, record, usernameKey)
          : await update(row, manifest, record, holder);
      return { ...result, reasons: warnings };
    } catch (error) {
      if (error instanceof Rejected) return failed(error.message);
      throw error;
    }
  };
};

const none = { reasons: [], effects: [] } as const;
const skipped: RowResult = { outcome: 'skipped', ...none };
const failed = (reason: string): RowResult => ({
  outcome: 'failed',
  reasons: [reason],
  effects: [],
});
/** Names the step of a row: its events have the same ids on every try. */
const stepOf = ({ line }: ImportRow): string => `row-${line}`;
