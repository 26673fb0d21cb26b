import { openDataFolder } from '../../../runtime/dataFolder.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { startTemporal } from '../../../runtime/temporalServer.ts';

/* A process that holds a data folder and a Temporal server until it is killed; says so on stdout. */
const layout = openDataFolder(process.argv[2] ?? '');
const server = await startTemporal({ layout, log: createLogger({ level: 'error' }) });
process.stdout.write(`${JSON.stringify({ pid: server.pid(), address: server.address })}\n`);
