import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('radiusFloodSender.ts', import.meta.url));

export type Flooded = { readonly sent: number; readonly elapsedMs: number };

/** Junk from addresses that nobody knows, sent by a process of its own; resolves when all of it is sent. */
export const radiusFlood = async (options: {
  /** `address:port` of the server. */
  readonly to: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
}): Promise<Flooded> => {
  const { to, perSecond, seconds, seed } = options;
  const words = [...to.split(':'), String(perSecond), String(seconds), String(seed)];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the flood ended with ${code}`);
  return JSON.parse(said) as Flooded;
};
