import { createLogger } from '../../../runtime/logger.ts';
import { installLastHandlers } from '../../../runtime/lastHandlers.ts';
import { createShutdown } from '../../../runtime/shutdown.ts';

/* Stops as its argument says, and tells on stdout what happened. */
const log = createLogger({ pretty: false });
const shutdown = createShutdown(log, 500);
const tell = (text: string): void => void process.stdout.write(`${text}\n`);
const held = setInterval(() => {}, 1000);
shutdown.add('first', () => tell('first stopped'));
shutdown.add('failing', () => Promise.reject(new Error('no')));
shutdown.add('last', async () => {
  if (process.argv[2] === 'hangs') await new Promise(() => {});
  tell('last stopped');
});
shutdown.add('timer', () => clearInterval(held));
installLastHandlers(log, shutdown);
if (process.argv[2] === 'throws') {
  setTimeout(() => {
    throw new Error('nobody catches this');
  }, 1);
  void Promise.reject(new Error('nor this'));
  setTimeout(() => tell('still here'), 100);
}
tell('ready');
