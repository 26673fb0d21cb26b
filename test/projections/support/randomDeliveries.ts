import { deliveryStream } from '../../../domain/ids.ts';
import { seal } from './fakeSecrets.ts';
import { later, type World } from './world.ts';

/** One delivery to a webhook: refused, parked, ordered again, taken. */
export const deliver = ({ log, random }: World): void => {
  const deliveryId = random.id();
  const stream = deliveryStream(deliveryId);
  log.add(stream, 'DeliveryQueued', {
    webhookId: random.pick(['W1', 'W2']),
    type: 'authentication.approved',
    occurredAt: later(log, 0),
    giveUpAt: later(log, 86_400_000),
    ...(random.chance(0.5)
      ? { position: 1 + random.below(50) }
      : { body: seal({ owner: 'requests', stream, field: 'body' }, '{}'), aggregate: 'a1' }),
  });
  const refused = { status: 503, reason: 'HTTP 503' };
  if (random.chance(0.5))
    log.add(stream, 'DeliveryFailed', { attempt: 1, ...refused, retryAt: later(log, 30_000) });
  if (random.chance(0.3)) {
    log.add(stream, 'DeliveryFailed', { attempt: 2, ...refused });
    log.add(stream, 'DeliveryParked', { reason: refused.reason });
    if (random.chance(0.5)) return;
    log.add(stream, 'DeliveryRedelivered', { giveUpAt: later(log, 86_400_000) });
  }
  if (random.chance(0.8)) log.add(stream, 'DeliveryAcknowledged', { attempt: 3, status: 204 });
};
