import { fill } from '../../domain/placeholders.ts';
import type { Attempt, Facade } from '../facade.ts';
import type { Login } from './login.ts';

const textPrompt = 'Enter the code that was sent to your phone';
const wrong = 'That code was wrong.';

/** What the client shows above its field for a code. */
export const promptFor = async (
  { queries }: Pick<Facade, 'queries'>,
  { client }: Login,
  { method, triesLeft }: Attempt,
): Promise<string> => {
  const { oathPrompt, accountName } = await queries.getSettings();
  const prompt =
    method === 'sms'
      ? textPrompt
      : fill(String(oathPrompt), {
          application_name: client.application ?? '',
          company: String(accountName ?? ''),
        });
  return triesLeft === undefined ? prompt : `${wrong} ${prompt}`;
};
