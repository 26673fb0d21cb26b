import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Facade } from '../../api/facade.ts';
import { openApi } from '../../api/rest/openapi.ts';
import { operationsOf } from '../../api/rest/operations.ts';
import type { Schema } from './typeText.ts';

/** The description as a server would serve it; no operation of it is run. */
export const describedInterface = (): Schema => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- operations look at the facade when they are called
  const facade = { commands: {}, queries: {} } as Facade;
  return openApi(operationsOf(facade));
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** TypeScript as the project formats it. */
export const formatted = (source: string): string =>
  execFileSync('node_modules/.bin/oxfmt', ['--stdin-filepath', 'client/schema.ts'], {
    cwd: root,
    input: source,
    encoding: 'utf8',
  });
