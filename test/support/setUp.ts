import { execFileSync } from 'node:child_process';
import { findTemporal } from '../../runtime/temporalBinary.ts';
import { missingPackages, onPath } from './peers.ts';
import { javaProperty } from './java.ts';
import { hasPythonPeers, installPythonPeers } from './pythonPeers.ts';
import {
  hasTimeSkippingServer,
  installTimeSkippingServer,
  prepareTimeSkippingServer,
} from './timeSkippingServer.ts';

/*
 * Brings what the tests talk to and what npm cannot bring. `npm test` runs it first; it does nothing where all is there.
 * A peer that is missing is an error and never a skipped test.
 */

const javaMin = 17;
const say = (text: string): void => void process.stderr.write(`test set-up: ${text}\n`);

const installPackages = (missing: readonly string[]): void => {
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!onPath('apt-get')) {
    throw new Error(`install what Debian calls ${missing.join(', ')}, then run the tests again`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`the tests need more programs; as root, run:\n  ${command}`);
  }
  say(command);
  // Tests start what they need themselves: in run level 1 a package's own service stays off (invoke-rc.d).
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  // apt's own chatter goes to stderr, so that stdout ends with the tests' count.
  execFileSync('sh', ['-c', `{ ${command}; } >&2`], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const still = missingPackages();
  if (still.length > 0) throw new Error(`${still.join(', ')} brought no program; see above`);
};

const checkJava = (): void => {
  const major = Number(javaProperty('java.specification.version') ?? 0);
  if (!(major >= javaMin)) {
    throw new Error(
      `Temporal's test server needs Java ${javaMin} or newer on the PATH; this is ${major}`,
    );
  }
};

try {
  const missing = missingPackages();
  if (missing.length > 0) installPackages(missing);
  checkJava();
  const temporal = await findTemporal();
  if (temporal.source === 'download' || temporal.source === 'build') say(temporal.why);
  if (!hasTimeSkippingServer()) {
    say("fetching Temporal's time-skipping test server by Maven");
    await installTimeSkippingServer();
  }
  await prepareTimeSkippingServer();
  if (!hasPythonPeers()) {
    say('fetching programs of others by pip');
    await installPythonPeers();
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
