import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openSqliteViews } from '../adapters/views/sqlite.ts';
import type { Views } from '../adapters/views/port.ts';
import { fingerprint } from '../projections/fingerprint.ts';

/** Where the views are: in this node's own file, unless a PostgreSQL is named, which all nodes share. */
export type ViewsPlace = {
  /** `postgres://…` */
  readonly viewsUrl?: string;
  /** File with its password alone. */
  readonly viewsPasswordFile?: string;
};

/** @throws where the password cannot be read or PostgreSQL does not answer; never with the password in the message */
export const openViews = async (
  { viewsUrl: url, viewsPasswordFile }: ViewsPlace,
  file: string,
  line: string | undefined,
): Promise<Views> => {
  if (url === undefined) return openSqliteViews(file);
  const { openPostgresViews, schemaFor } = await import('../adapters/views/postgres.ts');
  const password =
    viewsPasswordFile === undefined
      ? undefined
      : readFileSync(viewsPasswordFile, 'utf8').replace(/\r?\n$/, '');
  // After a restore, positions name other events: the views of before are no beginning of these.
  const schema = schemaFor(
    line === undefined ? fingerprint() : hash('sha256', `${fingerprint()} ${line}`),
  );
  try {
    return await openPostgresViews({
      url,
      schema,
      ...(password === undefined ? {} : { password }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`PostgreSQL, where the views are to be, cannot be used: ${reason}`, {
      cause: error,
    });
  }
};
