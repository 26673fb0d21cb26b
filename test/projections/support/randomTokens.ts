import { tokenStream, userStream } from '../../../domain/ids.ts';
import { seal } from './fakeSecrets.ts';
import { later, sealedFor, type Person, type World } from './world.ts';

/** The life of one hardware token with one person, cut off anywhere. */
export const hardwareToken = ({ log, random }: World, { id }: Person): void => {
  const [tokenId, serialKey, user] = [random.id(), random.id(), userStream(id)];
  const stream = tokenStream(serialKey);
  const serial = `H${random.below(1_000)}`;
  const kind = random.pick(['totp', 'hotp'] as const);
  const token = { tokenId, serial, kind, digits: 6, periodSeconds: 30 };
  log.add(stream, 'TokenImported', {
    ...token,
    secret: seal({ owner: 'tokens', stream, field: 'secret' }, 'seed'),
    counter: 0,
    batchId: random.id(),
    ...(random.chance(0.5) ? { manufacturer: 'Acme', weak: true } : {}),
  });
  if (random.chance(0.2)) return;
  log.add(stream, 'TokenTaken', { userId: id });
  const secret = sealedFor(id)('secret', 'seed');
  const assigned = { ...token, secret, needsActivation: true, hardware: true };
  log.add(user, 'TokenAssigned', assigned);
  if (random.chance(0.3)) log.add(user, 'TokenActivationRefused', { tokenId, at: later(log, 0) });
  if (random.chance(0.8)) log.add(user, 'TokenActivated', { tokenId, step: 7, drift: 0 });
  if (random.chance(0.3)) log.add(user, 'TokenResynced', { tokenId, drift: -3, step: 9 });
  if (random.chance(0.5)) return;
  if (random.chance(0.5)) log.add(stream, 'TokenReleased', { userId: id });
  else log.add(stream, 'TokenLost', { reason: 'left in a train' });
  log.add(user, 'TokenDisabled', { tokenId });
};

/** What a person falls back on, made and used. */
export const spareCodes = ({ log, random }: World, { id }: Person): void => {
  const stream = userStream(id);
  const [passId, requestId, hash] = [random.id(), random.id(), random.id()];
  const at = later(log, 0);
  log.add(stream, 'RecoveryCodesIssued', { codeHashes: [hash] });
  if (random.chance(0.5)) log.add(stream, 'RecoveryCodeUsed', { requestId, codeHash: hash, at });
  const pass = { passId, codeHash: hash, once: random.chance(0.5), reason: 'new phone' };
  log.add(stream, 'AccessPassIssued', { ...pass, until: later(log, 3_600_000) });
  if (random.chance(0.5)) log.add(stream, 'AccessPassUsed', { requestId, passId, at });
  else log.add(stream, 'AccessPassEnded', { passId, ended: 'revoked' });
  const answers = sealedFor(id)('answers', '[]');
  log.add(stream, 'QuestionsSet', { questions: ['One?'], answers });
  if (random.chance(0.5))
    log.add(stream, 'QuestionsAnswered', { requestId, right: random.chance(0.5), at });
  if (random.chance(0.5)) log.add(stream, 'QuestionsReset', {});
};
