import type { Secrets } from '../adapters/secrets/port.ts';
import type { Views } from '../adapters/views/port.ts';
import { userKey } from '../domain/sealed.ts';

/** Erasures that a start looks at again: those that a crash may have cut off between the fact and the key's end. */
const newest = 100;

/** Destroys the keys of people who are on record as erased; a key that is gone stays gone. */
export const finishErasures = async ({
  views,
  secrets,
}: {
  readonly views: Pick<Views, 'reader' | 'forgetDeleted'>;
  readonly secrets: Pick<Secrets, 'destroy'>;
}): Promise<void> => {
  const erased = await views.reader
    .selectFrom('audit')
    .select('userId')
    .where('type', '=', 'UserErased')
    .orderBy('position', 'desc')
    .limit(newest)
    .execute();
  for (const { userId } of erased) if (userId !== null) await secrets.destroy(userKey(userId));
  if (erased.length > 0) await views.forgetDeleted?.();
};
