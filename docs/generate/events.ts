import { writeFileSync } from 'node:fs';
import { catalogueFiles, eventCatalogue } from './eventCatalogue.ts';

/* Writes docs/reference/events.md and events.schema.json anew; a test compares them with the code. */

for (const [name, text] of catalogueFiles(eventCatalogue()))
  writeFileSync(new URL(`../reference/${name}`, import.meta.url), text);
