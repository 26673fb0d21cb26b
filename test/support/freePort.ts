import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that the system gives out by itself, so that no other test's port 0 meets it meanwhile. */
const lowest = 15_000;
const highest = 31_000;
const maxTries = 50;

const isFree = async (port: number): Promise<boolean> => {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return true;
  } catch {
    return false; // In use; there are others.
  } finally {
    probe.close();
  }
};

/** A TCP port on 127.0.0.1 for a server that must come back on the same one. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error('no free port was found');
};
