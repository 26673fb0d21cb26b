import { existsSync } from 'node:fs';
import { countersign, main } from './program.ts';

const authenticator = new URL('authenticator/index.ts', import.meta.url);
const program = countersign({
  loadServer: async () => (await import('../server.ts')).startServer,
  more: existsSync(authenticator)
    ? [(await import('./authenticator/index.ts')).authenticatorCommand()]
    : [],
});
await main(program, process.argv.slice(2));
