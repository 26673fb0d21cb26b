import { decideConfiguration } from '../domain/configuration.ts';
import { effectsOf, effectsOfConfiguration, textEffectsOf } from '../domain/effects.ts';
import { Rejected } from '../domain/errors.ts';
import type { DomainEvent } from '../domain/events.ts';
import {
  activationStream,
  settingsStream,
  tokenStream,
  usernameStream,
  userStream,
} from '../domain/ids.ts';
import type { Change, ChangeConfiguration, Changed, ChangeUser } from '../domain/inputs.ts';
import { userKey } from '../domain/sealed.ts';
import { canonicalSerial } from '../domain/token.ts';
import { decideUser, resultOf, type UserStep } from '../domain/userRules.ts';
import type { Aggregates } from './aggregates.ts';
import { factIds, record, untilNoConflict, type StreamFacts } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';
import { textedAs, toldAs } from './told.ts';
import { createTokenChanges } from './tokenChanges.ts';

/** Changes of shared streams: people and configuration. The expected revision makes each count once. */
export const createChanges = (ports: Ports, aggregates: Aggregates) => {
  const tokenChanges = createTokenChanges(ports, aggregates);
  const resolve = async (
    { who, newUserId, command }: ChangeUser,
    step: string,
  ): Promise<string> => {
    if ('userId' in who) return who.userId;
    const removed = command.type === 'remove' && (await releasedBy(step, who.usernameKey));
    if (removed) return removed;
    const holder = (await aggregates.name(who.usernameKey)).state;
    if (command.type === 'add') {
      if (holder !== undefined && holder !== newUserId) throw taken(holder);
      return newUserId!;
    }
    if (holder === undefined) throw new Rejected('notFound', 'there is no such user');
    return holder;
  };

  /** Whose name this very step freed before: it is not to be looked up a second time, somebody else may have it. */
  const releasedBy = async (step: string, usernameKey: string): Promise<string | undefined> => {
    const stream = usernameStream(usernameKey);
    const [mine] = factIds(ports, step, stream, 1);
    const release = (await readWhole(ports.events, stream)).find(({ id }) => id === mine);
    return release?.type === 'UsernameReleased' ? release.data.userId : undefined;
  };

  const decide = async (change: ChangeUser, userId: string) => {
    const folded = await aggregates.user(userId);
    const { settings } = (await aggregates.configuration()).state;
    const step = decideUser(change.command, folded.state, {
      userId,
      settings,
      nowMs: ports.clock(),
    });
    const usernameKey =
      change.command.type === 'add'
        ? change.command.data.usernameKey
        : folded.state.status === 'present'
          ? folded.state.usernameKey
          : '';
    const name = await aggregates.name(usernameKey);
    // Looked up with the revision that the append expects: whoever came first since has the name.
    if (change.command.type === 'add' && name.state !== undefined && name.state !== userId)
      throw taken(name.state);
    const appends: StreamFacts[] = [
      { stream: userStream(userId), expectedRevision: folded.revision, facts: step.user },
      {
        stream: usernameStream(usernameKey),
        expectedRevision: name.revision,
        facts: step.username,
      },
      ...activationAppend(change, step),
      ...(await releaseAppends(step.tokens, userId)),
    ];
    return { appends, facts: step.user };
  };

  /** Hardware tokens that a person gives back; one that was lost meanwhile is gone anyway. */
  const releaseAppends = async (
    tokens: UserStep['tokens'],
    userId: string,
  ): Promise<readonly StreamFacts[]> =>
    await Promise.all(
      tokens.map(async ({ serial, ...rest }): Promise<StreamFacts> => {
        const serialKey = ports.secrets.hash('serial', canonicalSerial(serial));
        const { state, revision } = await aggregates.token(serialKey);
        const held = state.status === 'held' && state.holder === userId;
        return {
          stream: tokenStream(serialKey),
          expectedRevision: revision,
          facts: held ? [{ type: 'TokenReleased', data: { userId, ...rest } }] : [],
        };
      }),
    );

  const changeUser: UserChanger = async (change, step) => {
    const userId = await resolve(change, step);
    const stream = userStream(userId);
    const recordedBefore = async (): Promise<readonly DomainEvent[] | undefined> => {
      const [first] = factIds(ports, step, stream, 1);
      const known = await readWhole(ports.events, stream);
      const from = known.findIndex((event) => event.id === first);
      if (from < 0) return undefined;
      const mine = new Set(factIds(ports, step, stream, known.length - from));
      return known.slice(from).filter((event) => mine.has(event.id));
    };

    const outcome = await aggregates.oneAtATime(userId, () =>
      untilNoConflict(
        async () => {
          const { appends, facts } = await decideOrRepeat(change, userId, recordedBefore);
          const committed = appends.some((append) => append.facts.length > 0)
            ? await record(ports, step, change.origin, appends)
            : { position: await ports.events.head(), repeated: false };
          const recorded = committed.repeated ? ((await recordedBefore()) ?? facts) : facts;
          return { recorded, position: committed.position };
        },
        () => undefined,
      ),
    );
    // Last, and again on every try: without this fact on record nobody is forgotten, and with it everything is.
    if (outcome.recorded.some(({ type }) => type === 'UserErased'))
      await ports.secrets.destroy(userKey(userId));
    const after = (await aggregates.user(userId)).state;
    return {
      result: resultOf(userId, outcome.recorded, after),
      position: outcome.position,
      effects: [
        ...effectsOf(
          outcome.recorded,
          userId,
          after,
          await toldAs(ports, aggregates, step, stream),
        ),
        ...textEffectsOf(
          outcome.recorded,
          userId,
          after,
          await textedAs(ports, aggregates, step, stream),
        ),
      ],
      recorded: outcome.recorded,
    };
  };

  /** The second time, the rules refuse a step that is on record (a user that exists …) or find nothing to do. */
  const decideOrRepeat = async (
    change: ChangeUser,
    userId: string,
    recordedBefore: () => Promise<readonly DomainEvent[] | undefined>,
  ): Promise<{ appends: StreamFacts[]; facts: readonly DomainEvent[] }> => {
    try {
      const decided = await decide(change, userId);
      if (decided.facts.length > 0) return decided;
      return { appends: [], facts: (await recordedBefore()) ?? [] };
    } catch (error) {
      const recorded = error instanceof Rejected ? await recordedBefore() : undefined;
      if (recorded === undefined) throw error;
      return { appends: [], facts: recorded };
    }
  };

  /** Nothing, where the rules refuse a change of the configuration that this step made before. */
  const unlessOnRecord = async (
    step: string,
    decideFacts: () => readonly DomainEvent[],
  ): Promise<readonly DomainEvent[]> => {
    try {
      return decideFacts();
    } catch (error) {
      const recorded = error instanceof Rejected ? await recordedBefore(step) : [];
      if (recorded.length === 0) throw error;
      return [];
    }
  };

  /** What this step changed in the configuration on an earlier try; a step makes one fact. */
  const recordedBefore = async (step: string): Promise<readonly DomainEvent[]> => {
    const [mine] = factIds(ports, step, settingsStream, 1);
    return (await readWhole(ports.events, settingsStream)).filter(({ id }) => id === mine);
  };

  const changeConfiguration = async (
    { command, origin }: ChangeConfiguration,
    step: string,
  ): Promise<Changed> =>
    await aggregates.oneAtATime(settingsStream, () =>
      untilNoConflict(
        async () => {
          const { state, revision } = await aggregates.configuration();
          const facts = await unlessOnRecord(step, () => decideConfiguration(command, state));
          const { position } =
            facts.length === 0
              ? { position: await ports.events.head() }
              : await record(ports, step, origin, [
                  { stream: settingsStream, expectedRevision: revision, facts },
                ]);
          const recorded = facts.length > 0 ? facts : await recordedBefore(step);
          const [stepId] = factIds(ports, step, settingsStream, 1);
          return { result: {}, position, effects: effectsOfConfiguration(recorded, stepId!) };
        },
        () => undefined,
      ),
    );

  return {
    /** @throws {Rejected} where the rules say no */
    change: async (change: Change, step: string): Promise<Changed> => {
      if (change.kind === 'token') return await tokenChanges.changeToken(change, step);
      if (change.kind === 'configuration') return await changeConfiguration(change, step);
      const { recorded: _, ...changed } = await changeUser(change, step);
      return changed;
    },
    changeUser,
  };
};

/**
 * Changes one person as a step of the workflow that this activity works for; the facts are those of the first try,
 * however often it is repeated.
 * @throws {Rejected} where the rules say no
 */
export type UserChanger = (
  change: ChangeUser,
  step: string,
) => Promise<Changed & { readonly recorded: readonly DomainEvent[] }>;

const taken = (holder: string): Rejected =>
  new Rejected('alreadyExists', `there is a user with this name (id ${holder})`);

const activationAppend = ({ command }: ChangeUser, step: UserStep): StreamFacts[] =>
  command.type === 'requestActivation'
    ? [
        {
          stream: activationStream(command.activationId),
          expectedRevision: -1,
          facts: step.activation,
        },
      ]
    : [];
