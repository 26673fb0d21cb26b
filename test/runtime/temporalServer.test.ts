import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { probeTemporal } from '../../adapters/temporal/health.ts';
import { DataFolderInUse, openDataFolder } from '../../runtime/dataFolder.ts';
import { createLogger } from '../../runtime/logger.ts';
import { identify } from '../../runtime/processIdentity.ts';
import { findTemporal } from '../../runtime/temporalBinary.ts';
import { spawnTemporal } from '../../runtime/temporalProcess.ts';
import { freePort, untilReady } from '../../runtime/temporalReady.ts';
import { temporalArguments } from '../../runtime/temporalArguments.ts';
import { startTemporal } from '../../runtime/temporalServer.ts';
import { isBelowFixed } from '../../runtime/temporalVersion.ts';
import { startTestTemporal, temporaryFolder, testLog } from '../support/temporal.ts';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const newFolder = (): string => {
  const folder = temporaryFolder();
  endings.push(folder.remove);
  return folder.path;
};

/** Another process with its own Temporal on the folder. */
const startChild = async (folder: string) => {
  const script = fileURLToPath(new URL('children/serveTemporal.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { pid, address } = JSON.parse(line) as { pid: number; address: string };
  return {
    process: child,
    temporal: pid,
    address,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

const gone = async (pid: number, withinMs: number): Promise<boolean> => {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (!identify(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};

/** Listening TCP addresses of one process, from its descriptors and the kernel's tables (proc(5)). */
const listenersOf = (pid: number): readonly string[] => {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
    if (inode) inodes.add(inode);
  }
  const listening = '0A';
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening && inodes.has(fields[9] ?? ''))
      .map((fields) => `${table} ${fields[1]?.split(':')[0]}`),
  );
};

test('SEC-75 every socket of the embedded server is on loopback', async () => {
  const temporal = await startTestTemporal();
  endings.push(temporal.stop);
  const listeners = listenersOf(Number(temporal.server.pid()));
  // gRPC, metrics and the inner services; the kernel writes 127.0.0.1 as 0100007F.
  expect(listeners.length).toBeGreaterThanOrEqual(4);
  expect(new Set(listeners)).toEqual(new Set(['tcp 0100007F']));
});

test('SEC-75 the arguments leave out the UI and keep namespaces apart', () => {
  const args = temporalArguments({
    port: 7233,
    database: '/x/temporal.db',
    namespace: 'countersign',
  });
  const line = args.join(' ');
  expect(args).toContain('--headless');
  expect(line).toContain('--ip=127.0.0.1');
  expect(line).toContain('--dynamic-config-value=system.enableCrossNamespaceCommands=false');
  expect(line).toContain('--dynamic-config-value=system.enableNexus=false');
  expect(args.filter((argument) => argument.startsWith('--namespace'))).toHaveLength(1);
  expect(line).not.toMatch(/ui-|0\.0\.0\.0/);
});

test('SEC-75 the start warns of a server below 1.29.5 or 1.30.3', async () => {
  for (const old of ['1.29.1', '1.29.4', '1.30.0', '1.30.2', '1.28.9', '0.9.0', '', 'new']) {
    expect(isBelowFixed(old)).toBe(true);
  }
  for (const fixed of ['1.29.5', '1.30.3', '1.31.0', '1.32.0', '2.0.0', '1.30.4-rc1']) {
    expect(isBelowFixed(fixed)).toBe(false);
  }
  let written = '';
  const log = createLogger({ pretty: false, write: (text) => void (written += text) });
  const layout = openDataFolder(newFolder());
  endings.push(layout.close);
  const server = await startTemporal({ layout, log });
  endings.push(server.stop);
  const warnings = written.split('\n').filter((line) => line.includes('CVE-2025-14986'));
  expect(warnings).toHaveLength(isBelowFixed(server.serverVersion) ? 1 : 0);
});

test('a killed server is started again on the same port and file', async () => {
  const temporal = await startTestTemporal();
  endings.push(temporal.stop);
  const { server } = temporal;
  const first = Number(server.pid());
  process.kill(first, 'SIGKILL');
  expect(await gone(first, 5000)).toBe(true);
  const until = Date.now() + 30_000;
  let version: string | undefined;
  while (!version && Date.now() < until) {
    version = await probeTemporal(server.address, server.namespace).catch(() => undefined);
  }
  expect(version).toBe(server.serverVersion);
  expect(server.pid()).not.toBe(first);
  expect(server.restarts()).toBe(1);
}, 60_000);

test('kill -9 of the parent takes the server along, and the next start works on the same folder', async () => {
  const folder = newFolder();
  const child = await startChild(folder);
  await child.kill();
  expect(await gone(child.temporal, 5000)).toBe(true);
  const second = await startChild(folder);
  endings.push(second.kill);
  expect(await probeTemporal(second.address, 'countersign')).not.toBe('');
}, 40_000);

test('a server that outlived its parent is ended by the next start', async () => {
  const folder = newFolder();
  const layout = openDataFolder(folder);
  endings.push(layout.close);
  const { path } = await findTemporal();
  // Nobody watches over this one: to the next start it looks like the remains of a killed run.
  const port = await freePort();
  const orphan = spawnTemporal(path, layout, { port, namespace: 'countersign' });
  await untilReady(orphan, { port, namespace: 'countersign' });
  const server = await startTemporal({ layout, log: testLog });
  endings.push(server.stop);
  expect(server.pid()).not.toBe(orphan.pid);
  expect(await gone(Number(orphan.pid), 100)).toBe(true);
}, 30_000);

test('a second server on the same data folder is refused and told who has it', async () => {
  const folder = newFolder();
  const child = await startChild(folder);
  endings.push(child.kill);
  expect(() => openDataFolder(folder)).toThrow(DataFolderInUse);
  expect(() => openDataFolder(folder)).toThrow(`in use by process ${child.process.pid}`);
}, 30_000);
