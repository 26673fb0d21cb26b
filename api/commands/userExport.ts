import { userStream } from '../../domain/ids.ts';
import { present } from '../../domain/present.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import type { StoredPhone } from '../../domain/user/profile.ts';
import { headerLine, userLine } from '../../domain/userCsv.ts';
import type { UserFilter, UserView } from '../facade.ts';
import { openFor } from '../queries/open.ts';
import type { CommandContext } from './context.ts';
import { inUserStream } from '../../domain/sealed.ts';

/** Rows of one reading; each is one chunk of the answer. */
const pageRows = 500;
const pageEvents = 1_000;

type Reading = Pick<CommandContext, 'queries' | 'events' | 'secrets'>;
type Phones = Pick<UserView, 'phone' | 'backupPhone'>;

/** A person as the log has them: whole numbers are in no view (SEC-72). */
const inLog = async ({ events }: Reading, userId: string): Promise<User> => {
  let user = absentUser;
  for (let from = 0; ; from += pageEvents) {
    const page = await events.readStream(userStream(userId), from, pageEvents);
    user = page.reduce<User>(evolveUser, user);
    if (page.length < pageEvents) return user;
  }
};

/** Whole phone numbers of somebody, opened. */
const wholePhones = async (reading: Reading, userId: string): Promise<Phones> => {
  const user = await inLog(reading, userId);
  const phones = user.status === 'present' ? user.phones : {};
  const open = (field: string, sealed: StoredPhone | undefined) =>
    openFor(reading.secrets, inUserStream(userId, field), sealed?.phone);
  return {
    phone: await open('phone', phones.primary),
    backupPhone: await open('backupPhone', phones.backup),
  };
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
    const lines = page.rows.map(async (user) =>
      userLine({
        ...user,
        ...(unmasked ? await wholePhones(reading, user.userId) : {}),
        oathSerial: user.tokens[0]?.serial ?? '',
      }),
    );
    yield (await Promise.all(lines)).join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
