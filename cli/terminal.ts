import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Whether somebody sits there who can be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY;

const unseen = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks for one line; what is secret is not shown as it is typed. */
export const askFor = async (
  question: string,
  { secret }: { readonly secret: boolean },
): Promise<string> => {
  if (secret) process.stderr.write(question);
  const terminal = createInterface({
    input: process.stdin,
    output: secret ? unseen() : process.stderr,
    terminal: true,
  });
  try {
    return (await terminal.question(secret ? '' : question)).trim();
  } finally {
    terminal.close();
    if (secret) process.stderr.write('\n');
  }
};
