import { Rejected } from '../../domain/errors.ts';
import { inUserStream, type Sealed } from '../../domain/sealed.ts';
import { canonicalName } from '../../domain/username.ts';
import type { CommandContext } from './context.ts';

/** @throws {Rejected} notFound */
export const userIdOf = async (
  { views }: Pick<CommandContext, 'views'>,
  username: string,
): Promise<string> => {
  const row = await views.reader
    .selectFrom('users')
    .select('userId')
    .where('name', '=', canonicalName(username))
    .executeTakeFirst();
  if (!row) throw new Rejected('notFound', 'there is no such user');
  return row.userId;
};

/** Seals a field of a person's own events. */
export const sealForUser = async (
  { secrets }: Pick<CommandContext, 'secrets'>,
  userId: string,
  field: string,
  text: string,
): Promise<Sealed> => await secrets.seal(inUserStream(userId, field), text);
