import { ensureHardened } from '../runtime/hardening.ts';

// A server begins anew with its switches and need not load all of this before; where it cannot, `serve` says so.
if (process.argv[2] === 'serve' && process.platform !== 'win32') ensureHardened();

const { countersign, main } = await import('./program.ts');
const words = process.argv.slice(2);
const loadServer = async () => (await import('../server.ts')).startServer;
await main(await countersign({ loadServer }, words[0]), words);
