import { z } from 'zod';

/** E.164, as the network's numbers are written everywhere. */
export const numberPattern = /^\+[1-9]\d{6,14}$/;
export const keysPattern = /^[0-9*#]*$/;

/** What goes wrong with the next requests for this phone, so that callers can be tested against it. */
export const faults = [
  /** HTTP 500; nothing is begun, but the answer does not say so. */
  'http500',
  /** HTTP 503; nothing is begun. */
  'http503',
  /** The number is said to be invalid. */
  'invalid',
  'resetBeforeAccepting',
  'resetAfterAccepting',
  'silentBeforeAccepting',
  'silentAfterAccepting',
] as const;
export type Fault = (typeof faults)[number];

const maxSeconds = 600;

export const behaviourSchema = z.strictObject({
  answer: z.enum(['person', 'voicemail', 'noAnswer', 'busy', 'failed']).default('person'),
  /** Typed into the prompts one after the other; what a prompt does not take is kept for the next one. */
  keys: z.string().max(64).regex(keysPattern).default(''),
  /** Hangs up at the first prompt, once it has been heard. */
  hangUp: z.boolean().default(false),
  /** Before the phone answers, is found busy, or stops ringing. */
  delaySeconds: z.number().min(0).max(maxSeconds).default(0),
  fault: z.enum(faults).optional(),
  /** Asking whether a contact for this phone exists fails, too. */
  faultWhenAsked: z.enum(['http500', 'silent']).optional(),
  /** Every callback is delivered twice, as networks do. */
  repeatCallbacks: z.boolean().default(false),
});
/** What a phone does; a phone that was told nothing answers and waits for somebody to press its keys. */
export type Behaviour = z.infer<typeof behaviourSchema>;

export const defaultBehaviour: Behaviour = behaviourSchema.parse({});
