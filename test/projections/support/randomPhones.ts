import { authenticationStream } from '../../../domain/ids.ts';
import type { ResultCode } from '../../../domain/results.ts';
import { later, type World } from './world.ts';

/** A call or a text, from the provider's answer to the keys that were pressed. Undefined where nobody knows the end yet. */
export const byPhone = (
  { log, random }: World,
  requestId: string,
  method: 'call' | 'sms',
): ResultCode | undefined => {
  const stream = authenticationStream(requestId);
  const kind = method === 'call' ? 'call' : 'text';
  const contact = (which: 'primary' | 'backup'): boolean => {
    const reference = `${requestId}-${which}`;
    log.add(stream, 'AuthenticationContactStarted', { reference, kind, which, at: later(log, 0) });
    const reached = random.chance(0.7);
    if (reached) {
      const by = { provider: 'P1', providerRef: random.id() };
      log.add(stream, 'AuthenticationContactAccepted', { reference, ...by });
    } else log.add(stream, 'AuthenticationContactFailed', { reference, code: 'NO_ANSWER' });
    return reached;
  };
  if (!contact('primary')) {
    if (random.chance(0.4)) return 'NO_ANSWER';
    const [to, masked] = ['backupPhone', '+1 XXXXXXX148'] as const;
    log.add(stream, 'AuthenticationFallbackStarted', { to, expiresAt: later(log, 60_000), masked });
    if (!contact('backup')) return 'NO_ANSWER';
  }
  if (random.chance(0.1)) return undefined;
  if (method === 'sms') {
    const accepted = random.chance(0.7);
    const about = accepted ? ({ source: 'sms' } as const) : ({ reason: 'WRONG_CODE' } as const);
    log.add(stream, 'AuthenticationCodeSubmitted', { accepted, triesLeft: 2, ...about });
    return accepted ? 'APPROVED' : 'WRONG_CODE';
  }
  log.add(stream, 'AuthenticationCallAnswered', {
    which: 'primary',
    extension: random.chance(0.2),
  });
  if (random.chance(0.4))
    log.add(stream, 'AuthenticationKeysPressed', { result: 'invalid', triesLeft: 2 });
  const confirmed = random.chance(0.7);
  const result = confirmed ? 'confirmed' : 'silence';
  log.add(stream, 'AuthenticationKeysPressed', { result, triesLeft: 1 });
  return confirmed ? 'APPROVED' : 'NO_ANSWER';
};
