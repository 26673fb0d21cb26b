import { present } from '../../domain/present.ts';
import { headerLine, userLine } from '../../domain/userCsv.ts';
import type { UserFilter, UserView } from '../facade.ts';
import { inUserStream, openFor } from '../queries/open.ts';
import type { CommandContext } from './context.ts';

/** Rows of one reading; each is one chunk of the answer. */
const pageRows = 500;

type Reading = Pick<CommandContext, 'queries' | 'views' | 'secrets'>;
type Phones = Pick<UserView, 'phone' | 'backupPhone'>;

/** Whole phone numbers of some people, opened. */
const wholePhones = async (
  { views, secrets }: Reading,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Phones>> => {
  if (userIds.length === 0) return new Map();
  const rows = await views.reader
    .selectFrom('users')
    .select(['userId', 'phoneSealed', 'backupPhoneSealed'])
    .where('userId', 'in', userIds)
    .execute();
  const phones = rows.map(async ({ userId, phoneSealed, backupPhoneSealed }) => {
    const phone = await openFor(secrets, inUserStream(userId, 'phone'), phoneSealed);
    const backup = inUserStream(userId, 'backupPhone');
    return [
      userId,
      { phone, backupPhone: await openFor(secrets, backup, backupPhoneSealed) },
    ] as const;
  });
  return new Map(await Promise.all(phones));
};

/** Everybody whom the filter finds as lines of CSV, by name, in chunks; no PIN, seed, answer or device token. */
export async function* exportedLines(
  reading: Reading,
  filter: UserFilter,
  unmasked: boolean,
): AsyncGenerator<string> {
  yield headerLine();
  let cursor: string | undefined;
  do {
    const page = await reading.queries.listUsers(filter, present({ limit: pageRows, cursor }));
    const ids = page.rows.map(({ userId }) => userId);
    const whole = unmasked ? await wholePhones(reading, ids) : new Map<string, Phones>();
    yield page.rows
      .map((user) =>
        userLine({ ...user, ...whole.get(user.userId), oathSerial: user.tokens[0]?.serial ?? '' }),
      )
      .join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
