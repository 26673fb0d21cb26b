import { ensureHardened } from '../runtime/hardening.ts';

// A server begins anew with its switches and need not load all of this before; where it cannot, `serve` says so.
if (process.argv[2] === 'serve' && process.platform !== 'win32') ensureHardened();

const [{ authenticatorCommand }, { countersign, main }] = await Promise.all([
  import('./authenticator/index.ts'),
  import('./program.ts'),
]);
const program = countersign({
  loadServer: async () => (await import('../server.ts')).startServer,
  more: [authenticatorCommand()],
});
await main(program, process.argv.slice(2));
