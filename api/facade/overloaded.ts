import { Unavailable } from '../facade.ts';

/** More is asked than there is time for; nothing was decided. Safe to try again, a little later (REL-13). */
export class Overloaded extends Unavailable {
  readonly retryAfterSeconds = 5;
}
