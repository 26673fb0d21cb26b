import { CommandFault, UsageFault } from '../fault.ts';
import { say } from '../output.ts';
import { askFor, isInteractive } from '../terminal.ts';
import { proofLine } from './lines.ts';
import { needsOf, type Needs } from './needs.ts';
import { chooseRequest, type Phone, type Waiting } from './phone.ts';
import { changePin, prove, type Proof } from './proofs.ts';

export type Typed = { readonly pin?: string; readonly number?: string };

/** Where `--json` is given, or nobody is there, nothing is asked. */
const mayAsk = (json: boolean): boolean => !json && isInteractive();

const complete = async (needs: Needs, typed: Typed, json: boolean): Promise<Typed> => {
  const missing = [
    ...(needs.pin && typed.pin === undefined ? (['pin'] as const) : []),
    ...(needs.number && typed.number === undefined ? (['number'] as const) : []),
  ];
  if (missing.length > 0 && !mayAsk(json)) {
    const options = missing.map((name) => `--${name}`).join(' and ');
    throw new CommandFault(`this request wants more than a yes: give it with ${options}`);
  }
  const number = missing.includes('number')
    ? await askFor('number that the login shows: ', { secret: false })
    : typed.number;
  const pin = missing.includes('pin') ? await askFor('PIN: ', { secret: true }) : typed.pin;
  return {
    ...(needs.number && number !== undefined ? { number } : {}),
    ...(needs.pin && pin !== undefined ? { pin } : {}),
  };
};

const done: ReadonlySet<Proof['result']> = new Set(['recorded', 'changed']);

const tell = (proof: Proof, json: boolean): void => {
  if (!done.has(proof.result)) throw new CommandFault(proofLine(proof), proof);
  say(json ? JSON.stringify({ ...proof, answer: 'approve' }) : proofLine(proof));
};

/** Approves a request that wants a PIN, a number or both; asks for them where somebody can be asked. */
export const approveWith = async (
  phone: Phone,
  waiting: Waiting,
  typed: Typed,
  json: boolean,
): Promise<void> => {
  const needs = needsOf(waiting.push);
  let given = await complete(needs, typed, json);
  let proof = await prove(phone, waiting, given);
  while (proof.result === 'pinWrong' && proof.triesLeft > 0 && mayAsk(json)) {
    say(proofLine(proof));
    given = { ...given, pin: await askFor('PIN: ', { secret: true }) };
    proof = await prove(phone, waiting, given);
  }
  if (proof.result !== 'mustChange' || !mayAsk(json) || given.pin === undefined)
    return tell(proof, json);
  say(proofLine(proof));
  const newPin = await newPinTwice();
  const changed = await changePin(phone, waiting, { pin: given.pin, newPin });
  if (changed.result !== 'changed' || given.number === undefined) return tell(changed, json);
  // A change approves no request that wants a number.
  return tell(await prove(phone, waiting, { ...given, pin: newPin }), json);
};

const newPinTwice = async (): Promise<string> => {
  const newPin = await askFor('new PIN: ', { secret: true });
  const again = await askFor('new PIN again: ', { secret: true });
  if (newPin !== again) throw new CommandFault('these are two different PINs');
  return newPin;
};

/** Changes the PIN at an open request, the given one or the newest. */
export const changePinAt = async (
  phone: Phone,
  id: string | undefined,
  typed: { readonly pin?: string; readonly newPin?: string },
  json: boolean,
): Promise<void> => {
  if ((typed.pin === undefined || typed.newPin === undefined) && !mayAsk(json))
    throw new UsageFault('give --pin and --new-pin');
  const waiting = await chooseRequest(phone, id);
  const pin = typed.pin ?? (await askFor('PIN: ', { secret: true }));
  const newPin = typed.newPin ?? (await newPinTwice());
  tell(await changePin(phone, waiting, { pin, newPin }), json);
};
