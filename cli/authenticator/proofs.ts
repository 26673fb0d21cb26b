import type { PadReply } from '../../api/pad/response.ts';
import { decisionOf } from '../../domain/deviceKeys.ts';
import { padUrlFor, proofFor, settledBy, signatureFor } from './answers.ts';
import { insist, promptOf, type Phone, type Waiting } from './phone.ts';
import { updateState } from './state.ts';
import { Away } from './transport.ts';
import { contextFor, envelope, pad } from './wire.ts';

/** What came of an approval with a PIN, a number or both, or of a change of the PIN. */
export type Proved =
  | 'recorded'
  | 'changed'
  | 'pinWrong'
  | 'pinExhausted'
  | 'mustChange'
  | 'numberWrong'
  | 'form'
  | 'repeated'
  | 'sequence'
  | 'recent'
  | 'phone'
  | 'notAllowed'
  | 'throttled'
  | 'answered'
  | 'notOpen'
  | 'refused';

export type Proof = { readonly guid: string; readonly result: Proved; readonly triesLeft: number };

/** contracts/mobile-app.md 7.4 and 7.5. */
const validationResults: ReadonlyMap<number, Proved> = new Map([
  [1, 'recorded'],
  [2, 'pinWrong'],
  [3, 'pinExhausted'],
  [4, 'mustChange'],
  [5, 'numberWrong'],
  [6, 'recorded'],
]);
const changeResults: ReadonlyMap<number, Proved> = new Map([
  [1, 'changed'],
  [2, 'pinWrong'],
  [3, 'pinExhausted'],
  [4, 'form'],
  [5, 'repeated'],
  [6, 'sequence'],
  [7, 'recent'],
  [8, 'phone'],
  [9, 'notAllowed'],
]);
/** After these the request is over for this phone. */
const final: ReadonlySet<Proved> = new Set(['recorded', 'pinExhausted', 'numberWrong', 'answered']);

const resultOf = (reply: PadReply): Pick<Proof, 'result' | 'triesLeft'> => {
  if ('fail' in reply) return { result: settledBy(reply.errorId), triesLeft: 0 };
  if ('validationResult' in reply) {
    const result = validationResults.get(reply.validationResult) ?? 'refused';
    return { result, triesLeft: reply.pinRetries };
  }
  const changed = 'changeResult' in reply ? changeResults.get(reply.changeResult) : undefined;
  return { result: changed ?? 'refused', triesLeft: 0 };
};

type Given = { readonly pin?: string; readonly number?: string; readonly newPin?: string };

/**
 * Sends what was typed. Unlike a plain answer it is not kept for a later try: PINs are written down nowhere, and a
 * wrong one is not final.
 * @throws {Away | CommandFault}
 */
const send = async (phone: Phone, { account, push }: Waiting, given: Given): Promise<Proof> => {
  const { guid, expiresAt } = promptOf(push);
  const { deviceToken } = account;
  const signature = await signatureFor(account, push, {
    decision: decisionOf({ answer: 'approve', changesPin: given.newPin !== undefined }),
    number: given.newPin === undefined ? given.number : undefined,
  });
  const common = {
    ...envelope(),
    context: contextFor(guid, deviceToken, proofFor(account, push), signature),
    pin: given.pin ?? '',
    pinStored: false,
    authenticate: true,
  } as const;
  const { newPin, number } = given;
  const request =
    newPin === undefined
      ? ({
          ...common,
          message: 'phoneAppPinValidationRequest',
          completedInteractively: true,
          selectedEntropyNumber: number ?? null,
        } as const)
      : ({ ...common, message: 'phoneAppPinChangeRequest', newPin } as const);
  const proof = await insist(phone, push, async () => {
    try {
      return resultOf(await pad(phone.send, padUrlFor(account, push), request));
    } catch (error) {
      // After too many guesses another try is for the person to decide.
      if (!(error instanceof Away) || !error.tooMany) throw error;
      return { result: 'throttled', triesLeft: 0 } as const;
    }
  });
  if (final.has(proof.result)) {
    const status = proof.result === 'recorded' ? 'recorded' : 'answered';
    const settled = { deviceToken, answer: 'approve', oathCode: '', expiresAt, status } as const;
    await updateState(phone.folder, (state) => ({
      ...state,
      answers: { ...state.answers, [guid]: settled },
    }));
  }
  return { guid, ...proof };
};

/** Approves a request that wants a PIN, a number or both. */
export const prove = (
  phone: Phone,
  waiting: Waiting,
  given: { readonly pin?: string; readonly number?: string },
): Promise<Proof> => send(phone, waiting, given);

/** Changes the PIN at a request, and approves the request unless that wants a number as well. */
export const changePin = (
  phone: Phone,
  waiting: Waiting,
  given: { readonly pin: string; readonly newPin: string },
): Promise<Proof> => send(phone, waiting, given);
