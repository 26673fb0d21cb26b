import { Rejected } from '../../domain/errors.ts';

/** A caller's key of an earlier call came with another body. */
export class KeyReused extends Rejected {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  constructor() {
    super(
      'invalid',
      'This Idempotency-Key was used for another call; take a new one for each new call.',
    );
  }
}
