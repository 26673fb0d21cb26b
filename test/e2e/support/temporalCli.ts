import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { findTemporal } from '../../../runtime/temporalBinary.ts';
import { defaultNamespace } from '../../../runtime/temporalServer.ts';

const run = promisify(execFile);
const maxOutputBytes = 64 * 1024 * 1024;
const timeoutMs = 20_000;

export type CliAnswer = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The `temporal` command as somebody has it who reaches the port, without any key of ours. */
export type TemporalCli = (...args: readonly string[]) => Promise<CliAnswer>;

export const temporalCli = async (address: string): Promise<TemporalCli> => {
  const { path } = await findTemporal();
  return async (...args) => {
    const where = ['--address', address, '--namespace', defaultNamespace];
    try {
      const options = { maxBuffer: maxOutputBytes, timeout: timeoutMs };
      return { code: 0, ...(await run(path, [...args, ...where], options)) };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as Partial<CliAnswer>;
      return { code: typeof code === 'number' ? code : -1, stdout, stderr };
    }
  };
};

/** Ids of all workflows that the server knows, newest first. */
export const workflowIds = async (cli: TemporalCli): Promise<readonly string[]> => {
  const { stdout } = await cli('workflow', 'list', '--limit', '1000', '-o', 'json');
  const found = JSON.parse(stdout || '[]') as { execution: { workflowId: string } }[];
  return found.map(({ execution }) => execution.workflowId);
};

const listening = '0A'; // TCP_LISTEN of the kernel's state table

type Socket = { readonly inode: string; readonly address: string };

const listeningSockets = (): readonly Socket[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening)
      .map((fields) => ({ address: fields[1] ?? '', inode: fields[9] ?? '' })),
  );

/** Local addresses (`hex address:hex port`, as the kernel writes them) that a process listens on. */
export const listensOn = async (pid: number): Promise<readonly string[]> => {
  const { stdout } = await run('ls', ['-l', `/proc/${pid}/fd`]);
  const own = new Set([...stdout.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode));
  return listeningSockets()
    .filter(({ inode }) => own.has(inode))
    .map(({ address }) => address);
};
