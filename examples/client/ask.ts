import { CallRefused, countersign } from '../../client/index.ts';

/* Asks a person and waits: node examples/client/ask.ts URL USER APPLICATION, with the token in COUNTERSIGN_TOKEN. */

const [url = '', user = '', application = ''] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);

const client = countersign({ url, token: process.env['COUNTERSIGN_TOKEN'] ?? '' });
try {
  const { state, code, requestId } = await client.verify(
    { user, application },
    { onNumber: (digits) => say(`number to type in the app: ${digits}`) },
  );
  say(`${state} (${code ?? 'no code yet'}), request ${requestId}`);
  process.exitCode = state === 'approved' || state === 'skipped' ? 0 : 1;
} catch (error) {
  if (!(error instanceof CallRefused)) throw error;
  say(`${error.problem.code}: ${error.message}`);
  process.exitCode = 2;
}
