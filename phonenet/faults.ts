import type { Request, Response } from 'express';
import type { Behaviour } from './behaviour.ts';

/** How the two protocols say that a request did not work. */
export type FaultWords = {
  readonly broken: (response: Response) => void;
  readonly unavailable: (response: Response) => void;
  readonly invalid: (response: Response) => void;
};

/**
 * Answers a request to contact a phone as the phone's behaviour wants it to go wrong, or as it should.
 * @param accept takes the contact; its result is the answer
 */
export const withFault = (
  { fault }: Behaviour,
  { request, response }: { readonly request: Request; readonly response: Response },
  words: FaultWords,
  accept: () => unknown,
): void => {
  switch (fault) {
    case 'http500':
      return words.broken(response);
    case 'http503':
      return words.unavailable(response);
    case 'invalid':
      return words.invalid(response);
    case 'resetBeforeAccepting':
      request.socket.resetAndDestroy();
      return;
    case 'resetAfterAccepting':
      accept();
      request.socket.resetAndDestroy();
      return;
    case 'silentBeforeAccepting':
      return;
    case 'silentAfterAccepting':
      accept();
      return;
    default:
      response.status(201).json(accept());
  }
};

/** True where the question is answered, or left open, as the phone's behaviour wants it to go wrong. */
export const faultWhenAsked = (
  behaviour: Behaviour | undefined,
  response: Response,
  words: FaultWords,
): boolean => {
  if (behaviour?.faultWhenAsked === 'http500') words.broken(response);
  return behaviour?.faultWhenAsked !== undefined;
};
