import { failureDetail, sentByFailure, sentByStatus } from './outcomes.ts';
import type { Sent } from './provider.ts';

/** https://www.twilio.com/docs/api/errors: the number itself is the fault. */
const invalidPhone: ReadonlySet<number> = new Set([
  21_211, // "To" is no valid number.
  21_217, // It does not look like a number.
  21_401,
  21_421,
  21_614, // No mobile number, so it takes no texts.
]);
const unreachable: ReadonlySet<number> = new Set([
  21_214, // It cannot be reached.
  21_610, // Its owner has said STOP, which is meant for every sender.
]);
/** This account may not, or cannot, reach the number; another provider may. */
const notFromHere: ReadonlySet<number> = new Set([
  21_215, // Calls to that country are switched off.
  21_216, // The number is blocked here.
  21_408, // Texts to that country are switched off.
  21_612, // No route between the two numbers.
]);

/** The official client throws these as properties of an Error (RestException, TwilioServiceException). */
type Fault = { readonly status: number; readonly code: number | undefined };

const faultOf = (error: unknown): Fault | undefined => {
  if (!(error instanceof Error)) return undefined;
  const status: unknown = Reflect.get(error, 'status');
  const code: unknown = Reflect.get(error, 'code');
  if (typeof status !== 'number') return undefined;
  return { status, code: typeof code === 'number' ? code : undefined };
};

/** The client's own message repeats the number, so it is not used. */
const detailOf = ({ status, code }: Fault): string =>
  code === undefined ? `HTTP ${status}` : `HTTP ${status}, error ${code}`;

/** What an error of the official client means for the contact that was handed in. */
export const sentByTwilioError = (error: unknown): Sent => {
  const fault = faultOf(error);
  if (fault === undefined) return sentByFailure(error);
  const { status, code = 0 } = fault;
  const detail = detailOf(fault);
  // An error that says why is no accident on the way back.
  if (status >= 400 && status < 500) {
    if (invalidPhone.has(code)) return { kind: 'refused', code: 'INVALID_PHONE', detail };
    if (unreachable.has(code)) return { kind: 'refused', code: 'UNREACHABLE', detail };
    if (notFromHere.has(code)) return { kind: 'unable', unwell: false, detail };
  }
  return sentByStatus(status, detail);
};

export const twilioDetail = (error: unknown): string => {
  const fault = faultOf(error);
  return `asked: ${fault === undefined ? failureDetail(error) : detailOf(fault)}`;
};
