import { randomUUID } from 'node:crypto';
import { newId } from '../../adapters/ids.ts';
import { importStream } from '../../domain/ids.ts';
import {
  headerPart,
  importPageRows,
  manifestPart,
  rowsPart,
  uploadPlace,
  type ImportManifest,
} from '../../domain/imports.ts';
import type { Changed, TokenOrder } from '../../domain/inputs.ts';
import { userStream } from '../../domain/ids.ts';
import { userKey, type Sealed } from '../../domain/sealed.ts';
import { canonicalSerial } from '../../domain/token.ts';
import {
  tokenFaultColumns,
  tokenRowsUpload,
  type TokenRecord,
  type TokenRow,
} from '../../domain/tokenFile.ts';
import { origin } from './people.ts';
import { otp, runIn, type Node } from './world.ts';

export const tokenRecord = (more: Partial<TokenRecord> = {}): TokenRecord => ({
  serial: `SN-${randomUUID()}`,
  secret: otp.generateSecret().toUpperCase(),
  weak: false,
  kind: 'totp',
  digits: 6,
  periodSeconds: 30,
  counter: 0,
  ...more,
});

const write = async (node: Node, uploadId: string, part: string, values: readonly unknown[]) => {
  const place = uploadPlace(uploadId, part);
  const lines = values.map((value) => node.secrets.seal(place, JSON.stringify(value)));
  await node.uploads.write(uploadId, part, await Promise.all(lines));
};

/** Puts a file of tokens where an import finds it. */
export const upload = async (node: Node, rows: readonly TokenRow[]): Promise<string> => {
  const importId = newId();
  const pages = Math.ceil(rows.length / importPageRows);
  const manifest: ImportManifest = {
    kind: 'tokens',
    mode: 'add',
    dryRun: false,
    rows: rows.length,
    pages,
    warnings: [],
    columns: [],
    defaults: {},
    defaultCountryCode: '',
    origin,
  };
  for (let page = 0; page < pages; page += 1)
    await write(
      node,
      tokenRowsUpload(importId),
      rowsPart(page),
      rows.slice(page * importPageRows, (page + 1) * importPageRows),
    );
  await write(node, importId, headerPart, [tokenFaultColumns]);
  await write(node, importId, manifestPart, [manifest]);
  return importId;
};

export const rowsOf = (records: readonly TokenRecord[]): TokenRow[] =>
  records.map((token, index) => ({ line: index + 1, tokenId: newId(), token }));

/** The whole life of an import, by the steps that its workflow takes. */
export const importTokens = async (node: Node, rows: readonly TokenRow[]): Promise<string> => {
  const importId = await upload(node, rows);
  const id = importStream(importId);
  const { activities } = node;
  const { pages } = await runIn(id, activities.beginImport, { importId });
  for (let page = 0; page < pages; page += 1)
    await runIn(id, activities.importTokenPage, { importId, page });
  await runIn(id, activities.forgetTokenRows, { importId });
  await runIn(id, activities.finishImport, { importId, lost: false });
  return importId;
};

/** A token in stock. */
export const stocked = async (
  node: Node,
  more: Partial<TokenRecord> = {},
): Promise<TokenRecord & { readonly tokenId: string }> => {
  const [row] = rowsOf([tokenRecord(more)]);
  await importTokens(node, [row!]);
  return { ...('token' in row! ? row.token : tokenRecord()), tokenId: row!.tokenId };
};

export const serialKeyOf = (node: Node, serial: string): string =>
  node.secrets.hash('serial', canonicalSerial(serial));

export const order = async (
  node: Node,
  wanted: TokenOrder,
  step = `change-${randomUUID()}`,
): Promise<Changed> =>
  await runIn(step, node.activities.change, { kind: 'token', order: wanted, origin }, step);

export const sealedCode = async (node: Node, userId: string, code: string): Promise<Sealed> =>
  await node.secrets.seal(
    { owner: userKey(userId), stream: userStream(userId), field: 'code' },
    code,
  );
