import { exportStream, importStream, userStream } from '../../../domain/ids.ts';
import { later, sealedFor, type Person, type World } from './world.ts';

/** What else changes on a person: preferences, overrides, a fresh start. */
export const changeRecord = ({ log, random }: World, person: Person): void => {
  const stream = userStream(person.id);
  random.pick([
    () => log.add(stream, 'UserPreferencesChanged', { smsDirection: 'twoWay', callLanguage: 'de' }),
    () => log.add(stream, 'UserPreferencesChanged', { smsMode: random.pick(['standard', 'pin']) }),
    () => log.add(stream, 'UserOverridesChanged', { fields: random.pick([[], ['phone']]) }),
    () => log.add(stream, 'UserUpdated', { description: 'Board', uniqueIdentifier: random.id() }),
    () => {
      const [deviceIds, tokenIds] = [person.devices.splice(0), person.tokens.splice(0)];
      log.add(stream, 'UserRegistrationReset', { deviceIds, tokenIds });
    },
  ])();
};

/** What a person is let in by without being asked, and the PIN that they add to what they are asked. */
export const changeProofs = ({ log, random }: World, { id }: Person): void => {
  const stream = userStream(id);
  const at = later(log, 0);
  random.pick([
    () =>
      log.add(stream, 'UserPinChanged', {
        changeRequired: random.chance(0.5),
        by: 'administrator',
        at,
        ...(random.chance(0.8) ? { pinHash: sealedFor(id)('pinHash', '$argon2id$') } : {}),
      }),
    () => log.add(stream, 'CacheCleared', { reason: 'new phone' }),
    () => {
      const bypass = { bypassId: random.id(), seconds: 300, reason: 'phone left at home' };
      log.add(stream, 'BypassCreated', { ...bypass, until: later(log, 300_000) });
      const { bypassId } = bypass;
      if (random.chance(0.4))
        log.add(stream, 'BypassUsed', { bypassId, requestId: random.id(), at });
      else if (random.chance(0.7)) log.add(stream, 'BypassEnded', { bypassId, ended: 'expired' });
    },
  ])();
};

/** What is done with a person's records as a whole. */
export const keepRecords = ({ log, random }: World, { id }: Person): void => {
  const stream = userStream(id);
  const reason = 'Case 7';
  random.pick([
    () => log.add(stream, 'UserExported', {}),
    () => log.add(stream, 'LegalHoldSet', { reason }),
    () => log.add(stream, 'LegalHoldEnded', { reason }),
  ])();
};

/** Files of people that come in and go out. */
export const moveFiles = ({ log, random }: World): void => {
  if (random.chance(0.3)) {
    log.add(exportStream(random.id()), 'UsersExported', { unmasked: random.chance(0.5) });
    return;
  }
  const stream = importStream(random.id());
  const about = { kind: 'users', mode: 'both', dryRun: false, rows: 250, pages: 1 } as const;
  log.add(stream, 'ImportStarted', { ...about, warnings: ['column "Shoe Size" is left out'] });
  const counts = { done: 250, added: 240, updated: 3, skipped: 3, failed: 4, warned: 1 };
  if (random.chance(0.8)) log.add(stream, 'ImportProgressed', counts);
  if (random.chance(0.8)) log.add(stream, 'ImportFinished', { lost: false });
};
