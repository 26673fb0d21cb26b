import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type TemporalVersion = { readonly cli: string; readonly server: string };

const versionTimeoutMs = 10_000;

/**
 * Asks a binary what it is; a program of the same name that is not Temporal's says nothing of this form.
 * @throws {Error} where it does not run or does not answer
 */
export const versionOf = async (path: string): Promise<TemporalVersion> => {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: versionTimeoutMs });
  const found = /^temporal version (\S+) \(Server ([^,)\s]+)/.exec(stdout);
  if (!found?.[1] || !found[2]) throw new Error(`${path} --version does not name a server`);
  return { cli: found[1], server: found[2] };
};

/**
 * True for servers with CVE-2025-14986, CVE-2025-14987 or CVE-2026-5199 (SEC-75): fixed in 1.29.5 and 1.30.3.
 * An unknown form counts as old.
 */
export const isBelowFixed = (server: string): boolean => {
  const [major, minor, patch] = server.split(/[.\-+]/).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return true;
  if ([major, minor, patch].some(Number.isNaN)) return true;
  if (major !== 1) return major < 1;
  if (minor === 29) return patch < 5;
  if (minor === 30) return patch < 3;
  return minor < 29;
};
