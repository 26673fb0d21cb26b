import { authenticatorCommand } from './authenticator/index.ts';
import { countersign, main } from './program.ts';

const program = countersign({
  loadServer: async () => (await import('../server.ts')).startServer,
  more: [authenticatorCommand()],
});
await main(program, process.argv.slice(2));
