import { writeFileSync } from 'node:fs';
import { describedInterface, formatted } from './description.ts';
import { clientFiles } from './schemaText.ts';

/* Writes client/schema.ts and client/operations.ts anew; a test compares them with the description. */

for (const [name, text] of clientFiles(describedInterface()))
  writeFileSync(new URL(`../${name}`, import.meta.url), formatted(text));
