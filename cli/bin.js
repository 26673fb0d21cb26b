#!/usr/bin/env node
// The `countersign` command for any Node from 20 on: runs countersign.ts with the Node that this package pins.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** Node strips types by itself, and stably, from this version on. */
const leastVersion = [24, 12];

const pinnedNode = () => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    // Installed without its dependencies: this very Node may do.
    return undefined;
  }
};

const isNewEnough = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > leastVersion[0] || (major === leastVersion[0] && minor >= leastVersion[1]);
};

const node = pinnedNode() ?? (isNewEnough() ? process.execPath : undefined);
if (node === undefined) {
  process.stderr.write(
    `countersign needs Node ${leastVersion.join('.')}, and its own is not there: run "npm install" with install scripts allowed for the package "node"\n`,
  );
  process.exit(1);
}

// The channel carries nothing: its end tells a server that this process has gone, even by SIGKILL.
const child = spawn(
  node,
  [
    // For strippers and SQLite of Node itself, which this version of Node is pinned for.
    '--disable-warning=ExperimentalWarning',
    '--import',
    new URL('typeStripping.js', import.meta.url).href,
    join(here, 'countersign.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both of us.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });

child.on('error', (error) => {
  process.stderr.write(`countersign cannot start ${node}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});
