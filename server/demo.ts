import { Rejected } from '../domain/errors.ts';
import type { Caller, Facade } from '../api/facade.ts';

export type Demo = {
  readonly username: string;
  readonly activation: { readonly url: string; readonly code: string };
  /** A report of fraud at an earlier start still holds. */
  readonly blocked: boolean;
};

const demoUser = 'demo@example.org';
const administrator: Caller = { actor: { kind: 'administrator', id: 'demo' }, channel: 'cli' };

/** A person to try things with: made at the first start, with a new activation code at every one. */
export const prepareDemo = async ({ commands, queries }: Facade): Promise<Demo> => {
  try {
    await commands.addUser(administrator, {
      username: demoUser,
      firstName: 'Demo',
      lastName: 'User',
      method: 'app',
    });
  } catch (error) {
    if (!(error instanceof Rejected) || error.kind !== 'alreadyExists') throw error;
  }
  const { url, code } = await commands.createActivation(administrator, demoUser);
  const user = await queries.findUser(demoUser);
  return { username: demoUser, activation: { url, code }, blocked: user?.blocked !== undefined };
};
