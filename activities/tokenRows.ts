import { effectsOf, type Effect } from '../domain/effects.ts';
import { Rejected } from '../domain/errors.ts';
import type { EventData } from '../domain/events.ts';
import type { Origin } from '../domain/inputs.ts';
import { tokenStream, userStream } from '../domain/ids.ts';
import { canonicalSerial } from '../domain/token.ts';
import type { TokenRecord, TokenRow } from '../domain/tokenFile.ts';
import { assignable, assignToken, importToken } from '../domain/tokenRules.ts';
import { absentUser } from '../domain/user.ts';
import { canonicalName } from '../domain/username.ts';
import type { Aggregates } from './aggregates.ts';
import { record, untilNoConflict } from './facts.ts';
import type { Ports } from './ports.ts';
import { resealer, stockPlace } from './tokenSecrets.ts';

export type TokenResult = {
  readonly outcome: 'added' | 'failed';
  /** Why it failed, or what of it was not done. */
  readonly reason?: string;
  readonly effects: readonly Effect[];
};

/** Takes one line of a token file into stock, and gives it to whom the line names, in one commit. */
export const tokenRowImporter = (ports: Ports, aggregates: Aggregates) => {
  const { secrets } = ports;
  const reseal = resealer(secrets);

  const holderOf = async (username: string | undefined) => {
    if (username === undefined) return undefined;
    const key = secrets.hash('username', canonicalName(username));
    const userId = (await aggregates.name(key)).state;
    return userId === undefined
      ? { userId: '', user: { state: absentUser, revision: -1 } }
      : { userId, user: await aggregates.user(userId) };
  };

  const imported = async (
    token: TokenRecord,
    row: { readonly tokenId: string; readonly batchId: string; readonly serialKey: string },
  ): Promise<EventData['TokenImported']> => {
    const { secret, username: _username, weak, ...known } = token;
    return {
      ...known,
      tokenId: row.tokenId,
      batchId: row.batchId,
      secret: await secrets.seal(stockPlace(row.serialKey), secret),
      ...(weak ? { weak } : {}),
    };
  };

  const take = async (
    { line, tokenId, token }: Extract<TokenRow, { token: TokenRecord }>,
    batchId: string,
    origin: Origin,
  ): Promise<TokenResult> => {
    const serialKey = secrets.hash('serial', canonicalSerial(token.serial));
    const stock = await aggregates.token(serialKey);
    // A page that is repeated finds what it brought before.
    if (stock.state.status !== 'none' && stock.state.imported.tokenId === tokenId)
      return { outcome: 'added', effects: [] };
    const data = await imported(token, { tokenId, batchId, serialKey });
    const facts = importToken(stock.state, data).token;
    const holder = await holderOf(token.username);
    const free = { status: 'free', imported: data, counter: data.counter } as const;
    const refusal = holder && refusalOf(() => assignable(free, holder.userId, holder.user.state));
    const given =
      holder && refusal === undefined
        ? assignToken(free, holder.userId, await reseal(serialKey, data.secret, holder.userId))
        : undefined;
    await record(ports, `line-${line}`, origin, [
      {
        stream: tokenStream(serialKey),
        expectedRevision: stock.revision,
        facts: [...facts, ...(given?.token ?? [])],
      },
      {
        stream: userStream(holder?.userId ?? ''),
        expectedRevision: holder?.user.revision ?? -1,
        facts: given?.user ?? [],
      },
    ]);
    const effects =
      holder && given
        ? effectsOf(given.user, holder.userId, (await aggregates.user(holder.userId)).state)
        : [];
    if (refusal === undefined) return { outcome: 'added', effects };
    return { outcome: 'added', reason: `in stock, not assigned: ${refusal}`, effects };
  };

  return async (row: TokenRow, batchId: string, origin: Origin): Promise<TokenResult> => {
    if (!('token' in row)) return { outcome: 'failed', reason: row.fault, effects: [] };
    try {
      return await untilNoConflict(
        () => take(row, batchId, origin),
        () => undefined,
      );
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return { outcome: 'failed', reason: error.message, effects: [] };
    }
  };
};

const refusalOf = (rule: () => unknown): string | undefined => {
  try {
    rule();
    return undefined;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.message;
  }
};
