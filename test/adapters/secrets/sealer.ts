import { openSecrets } from '../../../adapters/secrets/aesGcm.ts';
import { phoneOf } from './given.ts';

/**
 * A second process: seals one value for each of 20 people, prints what it sealed as one line of JSON, then
 * opens what it is sent, a line of JSON [userId, sealed] at a time, and prints the result.
 */
const [file = '', masterKey = ''] = process.argv.slice(2);
const secrets = openSecrets({ file, masterKey: Buffer.from(masterKey, 'hex') });
const people = Array.from({ length: 20 }, (_, index) => `${index}`);
const sealed = await Promise.all(
  people.map((userId) => secrets.seal(phoneOf(userId), `phone of ${userId}`)),
);
process.stdout.write(`${JSON.stringify(sealed)}\n`);

let input = '';
for await (const chunk of process.stdin) {
  input += String(chunk);
  for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
    const [userId, text] = JSON.parse(input.slice(0, end));
    input = input.slice(end + 1);
    process.stdout.write(
      `${JSON.stringify((await secrets.open(phoneOf(userId), text)) ?? null)}\n`,
    );
  }
}
await secrets.close();
