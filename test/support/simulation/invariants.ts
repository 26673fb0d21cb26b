import type { StoredEvent } from '../../../adapters/eventStore/port.ts';
import { authenticationStream } from '../../../domain/ids.ts';
import { letsIn, outcomeOf } from '../../../domain/results.ts';

/** What a caller was told, with the length of the log at that moment. */
export type Acknowledged =
  | {
      readonly kind: 'blocked';
      readonly userId: string;
      readonly blockId: string;
      readonly atPosition: number;
    }
  | { readonly kind: 'answered'; readonly requestId: string; readonly atPosition: number }
  | {
      readonly kind: 'ended';
      readonly requestId: string;
      readonly code: string;
      readonly atPosition: number;
    };

type Check = (log: readonly StoredEvent[], told: readonly Acknowledged[]) => readonly string[];

const terminal = /^Authentication(?:Approved|Skipped|Denied|Expired|Failed|Cancelled)$/;
const endOf = (event: StoredEvent) =>
  terminal.test(event.type) ? outcomeOf((event.data as { code: 'APPROVED' }).code) : undefined;
const accepts = (event: StoredEvent): boolean => {
  const end = endOf(event);
  return end !== undefined && letsIn(end);
};
const streamsOf = (log: readonly StoredEvent[]): Map<string, readonly StoredEvent[]> =>
  Map.groupBy(log, ({ stream }) => stream);
const repeatedOf = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

/** I1, I2: what was acknowledged is in the log, once. */
const onRecordOnce: Check = (log, told) => {
  const streams = streamsOf(log);
  const lost = told.filter((word) => {
    if (word.kind === 'blocked')
      return (
        log.filter((event) => event.type === 'UserBlocked' && event.data.blockId === word.blockId)
          .length !== 1
      );
    const stream = streams.get(authenticationStream(word.requestId)) ?? [];
    return word.kind === 'answered'
      ? stream.filter(({ type }) => type === 'AuthenticationDeviceAnswered').length !== 1
      : !stream.some((event) => endOf(event)?.code === word.code);
  });
  return [
    ...lost.map((word) => `I1 not on record once: ${JSON.stringify(word)}`),
    ...repeatedOf(log.map(({ id }) => id)).map((id) => `I2 twice: ${id}`),
  ];
};

/** I3: no accept without an approval or a code before it, its own or its leader's. */
const acceptsHaveGrounds: Check = (log) => {
  const streams = streamsOf(log);
  const hasGrounds = (accept: StoredEvent): boolean =>
    streams
      .get(accept.stream)!
      .slice(0, accept.revision)
      .some((event) => {
        if (event.type === 'AuthenticationDeviceAnswered') return event.data.answer === 'approve';
        if (event.type === 'AuthenticationCodeSubmitted') return event.data.accepted;
        if (event.type === 'AuthenticationKeysPressed') return event.data.result === 'confirmed';
        if (event.type === 'AuthenticationRuleMatched')
          return (
            event.data.rule.startsWith('8 ') &&
            log.some(
              (used) =>
                used.type === 'BypassUsed' &&
                authenticationStream(used.data.requestId) === accept.stream,
            )
          );
        if (event.type !== 'AuthenticationJoined') return false;
        const leader = streams.get(authenticationStream(event.data.leaderId))?.find(accepts);
        return leader !== undefined && leader.position < accept.position && hasGrounds(leader);
      });
  return log
    .filter((event) => accepts(event) && !hasGrounds(event))
    .map(({ stream }) => `I3 accepted without grounds: ${stream}`);
};

/** I4: every attempt has one terminal event, its last fact. */
const oneEnd: Check = (log) =>
  [...streamsOf(log)]
    .filter(([stream]) => stream.startsWith('authentication-'))
    .filter(
      ([, events]) => events.filter((event) => endOf(event)).length !== 1 || !endOf(events.at(-1)!),
    )
    .map(([stream]) => `I4 not ended once: ${stream}`);

/** I5: nothing is accepted between a block's acknowledgement and its end. */
const blocksHold: Check = (log, told) =>
  told.flatMap((word) => {
    if (word.kind !== 'blocked') return [];
    const lifted = log.find(
      (event) => event.type === 'UserUnblocked' && event.data.blockId === word.blockId,
    );
    const until = lifted?.position ?? Number.POSITIVE_INFINITY;
    const block = log.find(
      (event) => event.type === 'UserBlocked' && event.data.blockId === word.blockId,
    );
    const overAt = block?.type === 'UserBlocked' ? block.data.until : '';
    return log
      .slice(word.atPosition)
      .filter(
        (event) =>
          event.position < until &&
          event.meta.at < overAt &&
          accepts(event) &&
          (event.data as { userId?: string }).userId === word.userId,
      )
      .map(({ stream }) => `I5 accepted while blocked: ${stream}`);
  });

/** I6: each code and each answer is used once, and codes of one token only ever move on. */
const usedOnce: Check = (log) => {
  const accepted = log.flatMap((event) => (event.type === 'UserCodeAccepted' ? [event.data] : []));
  const backwards = [...Map.groupBy(accepted, ({ tokenId }) => tokenId).values()].flatMap((codes) =>
    codes.slice(1).filter((code, index) => code.step <= codes[index]!.step),
  );
  const guids = log.flatMap((event) =>
    event.type === 'AuthenticationDeviceAnswered' ? [event.data.guid] : [],
  );
  return [
    ...repeatedOf(
      log.flatMap((event) => (event.type === 'BypassUsed' ? [event.data.bypassId] : [])),
    ).map((bypassId) => `I6 bypass again: ${bypassId}`),
    ...backwards.map(({ tokenId, step }) => `I6 code again: ${tokenId} ${step}`),
    ...repeatedOf(guids).map((guid) => `I6 answered again: ${guid}`),
  ];
};

/** The checks of every run; a later feature adds its own. */
export const invariants: readonly Check[] = [
  onRecordOnce,
  acceptsHaveGrounds,
  oneEnd,
  blocksHold,
  usedOnce,
];
