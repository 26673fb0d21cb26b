import { effectsOf, textEffectsOf } from '../domain/effects.ts';
import { assertNever, Rejected } from '../domain/errors.ts';
import type { DomainEvent } from '../domain/events.ts';
import { tokenStream, userStream } from '../domain/ids.ts';
import type { Changed, ChangeToken, TokenOrder } from '../domain/inputs.ts';
import { stepAt } from '../domain/otpWindow.ts';
import { inUserStream, type Sealed } from '../domain/sealed.ts';
import { activatable, activation, resync, resyncRange, tokenOf } from '../domain/tokenCodes.ts';
import { assignable, assignToken, loseToken, noTokenStep } from '../domain/tokenRules.ts';
import { absentUser, type OathSource } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';
import { textedAs, toldAs } from './told.ts';
import { resealer } from './tokenSecrets.ts';
import { oathMatch } from './tokenMatch.ts';

type Decided = { readonly userId: string | undefined; readonly appends: readonly StreamFacts[] };

/** No step writes more events to one stream. */
const maxFacts = 2;

/** Changes of hardware tokens, and of tokens by the codes that they show. */
export const createTokenChanges = (ports: Ports, aggregates: Aggregates) => {
  const { secrets, otp, clock, wallClock = clock } = ports;
  const reseal = resealer(secrets);

  const recordedIn = async (step: string, stream: string): Promise<readonly DomainEvent[]> => {
    const mine = new Set(factIds(ports, step, stream, maxFacts));
    return (await readWhole(ports.events, stream)).filter(({ id }) => mine.has(id));
  };

  const open = async (userId: string, field: string, sealed: Sealed): Promise<string> => {
    const place = inUserStream(userId, field);
    const plain = await secrets.open(place, sealed);
    if (plain === undefined) throw new Rejected('notFound', 'there is no such user');
    return plain;
  };
  const seedOf = async (userId: string, { field, secret }: OathSource) =>
    await open(userId, field, secret);

  const assign = async (serialKey: string, userId: string): Promise<Decided> => {
    const stream = tokenStream(serialKey);
    const token = await aggregates.token(serialKey);
    const user = await aggregates.user(userId);
    const free = assignable(token.state, userId, user.state);
    const facts = free
      ? assignToken(free, userId, await reseal(serialKey, free.imported.secret, userId))
      : noTokenStep;
    return {
      userId,
      appends: [
        { stream, expectedRevision: token.revision, facts: facts.token },
        { stream: userStream(userId), expectedRevision: user.revision, facts: facts.user },
      ],
    };
  };

  const lose = async (serialKey: string, reason: string): Promise<Decided> => {
    const token = await aggregates.token(serialKey);
    const holder = token.state.status === 'held' ? token.state.holder : undefined;
    const user =
      holder === undefined ? { state: absentUser, revision: -1 } : await aggregates.user(holder);
    const facts = loseToken(token.state, user.state, reason);
    return {
      userId: holder,
      appends: [
        { stream: tokenStream(serialKey), expectedRevision: token.revision, facts: facts.token },
        {
          stream: userStream(holder ?? ''),
          expectedRevision: user.revision,
          facts: facts.user,
        },
      ],
    };
  };

  const activate = async (order: Extract<TokenOrder, { type: 'activate' }>): Promise<Decided> => {
    const { userId, tokenId } = order;
    const { state: user, revision } = await aggregates.user(userId);
    const { settings } = (await aggregates.configuration()).state;
    const nowMs = clock();
    const source = activatable(user, tokenId, nowMs);
    const match = oathMatch(otp, source, {
      secret: await seedOf(userId, source),
      code: await open(userId, 'code', order.code),
      nowMs: wallClock(),
      window: settings.oathWindow,
    });
    const facts = [activation(source, match, nowMs)];
    return { userId, appends: [{ stream: userStream(userId), expectedRevision: revision, facts }] };
  };

  const resynchronise = async (
    order: Extract<TokenOrder, { type: 'resync' }>,
  ): Promise<Decided> => {
    const { userId, tokenId, codes } = order;
    const { state: user, revision } = await aggregates.user(userId);
    const source = tokenOf(user, tokenId);
    const serverStep = stepAt(wallClock(), source.periodSeconds);
    const matched = otp.matchingPair({
      secret: await seedOf(userId, source),
      codes: [await open(userId, 'code', codes[0]), await open(userId, 'code', codes[1])],
      digits: source.digits,
      ...resyncRange(source, serverStep),
    });
    const facts = [resync(source, matched, serverStep)];
    return { userId, appends: [{ stream: userStream(userId), expectedRevision: revision, facts }] };
  };

  const decide = async (order: TokenOrder): Promise<Decided> => {
    switch (order.type) {
      case 'assign':
        return await assign(order.serialKey, order.userId);
      case 'lose':
        return await lose(order.serialKey, order.reason);
      case 'activate':
        return await activate(order);
      case 'resync':
        return await resynchronise(order);
      default:
        return assertNever(order);
    }
  };

  /** Person and position of what this step recorded before, should it be on record. */
  const before = async (order: TokenOrder, step: string) => {
    const stream = 'serialKey' in order ? tokenStream(order.serialKey) : userStream(order.userId);
    return (await recordedIn(step, stream)).length > 0;
  };

  const stockOf = async (serialKey: string): Promise<Readonly<Record<string, string>>> => {
    const { state } = await aggregates.token(serialKey);
    if (state.status === 'none') return {};
    return { tokenId: state.imported.tokenId, serial: state.imported.serial };
  };

  return {
    /** @throws {Rejected} where the rules say no */
    async changeToken({ order, origin }: ChangeToken, step: string): Promise<Changed> {
      const key = 'userId' in order ? order.userId : tokenStream(order.serialKey);
      const { userId, position } = await aggregates.oneAtATime(key, () =>
        untilNoConflict(
          async () => {
            const known = await before(order, step);
            const decided = known ? undefined : await decide(order);
            const news = decided?.appends.some(({ facts }) => facts.length > 0);
            const { position: at } =
              decided && news
                ? await record(ports, step, origin, decided.appends)
                : { position: await ports.events.head() };
            const whose = 'userId' in order ? order.userId : decided?.userId;
            return { userId: whose, position: at };
          },
          () => undefined,
        ),
      );
      const stock = order.type === 'assign' ? await stockOf(order.serialKey) : {};
      if (userId === undefined) return { result: stock, position, effects: [] };
      const recorded = await recordedIn(step, userStream(userId));
      const after = (await aggregates.user(userId)).state;
      const wrong = recorded.some(({ type }) => type === 'TokenActivationRefused');
      const stream = userStream(userId);
      const mailed = await toldAs(ports, aggregates, step, stream);
      const texted = await textedAs(ports, aggregates, step, stream);
      return {
        result: { ...stock, code: wrong ? 'wrong' : 'right' },
        position,
        effects: [
          ...effectsOf(recorded, userId, after, mailed),
          ...textEffectsOf(recorded, userId, after, texted),
        ],
      };
    },
  };
};
