import { webcrypto } from 'node:crypto';
import { answerText, decisionOf, isSigned } from '../domain/deviceKeys.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { SignedText } from '../domain/events/attempts.ts';
import { authenticationStream } from '../domain/ids.ts';
import type { AnswerPush } from '../domain/inputs.ts';
import { userKey } from '../domain/sealed.ts';
import { readShownContext, shownPush, type ShownPush } from '../domain/shownPush.ts';
import type { Device } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import type { Ports } from './ports.ts';

/** What a device's key has to say about an answer: nothing where the device has none. */
export type Signature = SignedText | 'none' | 'wrong';

/** Signatures of key-bound devices (SEC-49), checked against what is on record about the request. */
export const deviceSignatures = (ports: Ports, aggregates: Aggregates) => {
  /** What the device was shown, made once more from the request itself. */
  const shownIn = async (
    requestId: string,
    facts: readonly DomainEvent[],
  ): Promise<ShownPush | undefined> => {
    const asked = facts.find((fact) => fact.type === 'AuthenticationRequested')?.data;
    if (asked === undefined) return undefined;
    const { userId, application, context } = asked;
    const owner = userId === undefined ? 'requests' : userKey(userId);
    const place = { owner, stream: authenticationStream(requestId), field: 'context' } as const;
    const text = context === undefined ? undefined : await ports.secrets.open(place, context);
    const { settings, deployment } = (await aggregates.configuration()).state;
    return shownPush({
      application,
      account: settings.accountName || (deployment?.companyName ?? ''),
      context: readShownContext(text ?? ''),
    });
  };

  return async (
    { publicKey, deviceId }: Device,
    facts: readonly DomainEvent[],
    answer: Pick<AnswerPush, 'answer' | 'authenticate' | 'newTokenHash' | 'signature'> & {
      readonly requestId: string;
      readonly guid: string;
      readonly number: string | undefined;
      readonly changesPin: boolean;
    },
  ): Promise<Signature> => {
    if (publicKey === undefined) return 'none';
    const shown = await shownIn(answer.requestId, facts);
    if (shown === undefined || answer.signature === undefined) return 'wrong';
    const { guid, number, newTokenHash, signature } = answer;
    const decision = decisionOf(answer);
    const text = await answerText(webcrypto.subtle, {
      guid,
      deviceId,
      decision,
      number,
      shown,
      newTokenHash,
    });
    const right = await isSigned(webcrypto.subtle, { publicKey, text, signature });
    return right ? { text, signature } : 'wrong';
  };
};
