import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sharedCache } from '../../runtime/temporalInstall.ts';
import { waitForLock } from '../../runtime/fileLock.ts';
import { classesFile, javaFlags, keepClasses, mainClass } from './testServerClasses.ts';

const version = '1.38.0';
const installLimitMs = 10 * 60_000;

const folderOf = (env: NodeJS.ProcessEnv): string =>
  join(dirname(sharedCache(env)), `temporal-test-server-${version}`);

/** Launcher of Temporal's Java test server, whose clock skips what nobody waits for. */
export const timeSkippingServer = (env: NodeJS.ProcessEnv = process.env): string =>
  join(folderOf(env), 'temporal-test-server');

export const hasTimeSkippingServer = (): boolean => existsSync(folderOf(process.env));

const launcherFor = (classes: string): string => `#!/bin/sh
here=$(dirname "$0")
exec java ${javaFlags.join(' ')} -XX:SharedArchiveFile="$here/${classes}" -cp "$here/libs/*" ${mainClass} "$@"
`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>countersign</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/** Makes the server quick to start, with the Java that is there now. */
export const prepareTimeSkippingServer = async (): Promise<void> => {
  const script = timeSkippingServer();
  const folder = dirname(script);
  await keepClasses(folder);
  const launcher = launcherFor(classesFile());
  if (existsSync(script) && readFileSync(script, 'utf8') === launcher) return;
  // Another run may be starting it: the new one takes its place at once.
  writeFileSync(`${script}.new`, launcher);
  chmodSync(`${script}.new`, 0o755);
  renameSync(`${script}.new`, script);
};

/** Fetches it by Maven into this user's cache where it is not there yet; its folder appears whole or not at all. */
export const installTimeSkippingServer = async (): Promise<void> => {
  const folder = folderOf(process.env);
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const lock = await waitForLock(join(parent, 'test-server.lock'), installLimitMs);
  const work = mkdtempSync(join(parent, 'test-server-'));
  try {
    if (existsSync(folder)) return;
    writeFileSync(join(work, 'pom.xml'), pom);
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'];
    execFileSync('mvn', args, {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: installLimitMs,
    });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
    lock.release();
  }
};
