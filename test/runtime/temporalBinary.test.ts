import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findTemporal, TemporalNotFound } from '../../runtime/temporalBinary.ts';
import { sharedCache, temporalCliVersion } from '../../runtime/temporalInstall.ts';
import { temporaryFolder } from '../support/temporal.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = temporaryFolder();
  env = { PATH: join(folder.path, 'bin'), HOME: folder.path };
});
afterEach(() => folder.remove());

/** A program that answers as Temporal's does. */
const put = (inFolder: string, server = '1.29.1'): string => {
  mkdirSync(inFolder, { recursive: true });
  const path = join(inFolder, 'temporal');
  writeFileSync(path, `#!/bin/sh\necho 'temporal version 9.9.9 (Server ${server}, UI 2.0.0)'\n`);
  chmodSync(path, 0o755);
  return path;
};

const arrives = (inFolder: string): Promise<string> => Promise.resolve(put(inFolder));

const unavailable = {
  download: () => Promise.reject(new Error('the download was refused')),
  build: () => Promise.reject(new Error('Go is not installed')),
};

test('the configured binary wins, by option before environment, and says why', async () => {
  put(join(folder.path, 'bin'));
  const named = put(join(folder.path, 'named'), '1.32.0');
  const found = await findTemporal({
    configured: named,
    env: { ...env, COUNTERSIGN_TEMPORAL: '/none' },
  });
  expect(found).toMatchObject({ path: named, source: 'configured', server: '1.32.0' });
  expect(found.why).toBe(`Temporal 1.32.0 at ${named}, because it is configured.`);
  const byEnvironment = await findTemporal({ env: { ...env, COUNTERSIGN_TEMPORAL: named } });
  expect(byEnvironment.source).toBe('configured');
});

test('a configured binary that does not run is an error and no silent other choice', async () => {
  put(join(folder.path, 'bin'));
  await expect(findTemporal({ configured: '/none/temporal', env })).rejects.toThrow(
    TemporalNotFound,
  );
});

test('then PATH, the Go folder, the data folder, the cache of the user', async () => {
  const places = [
    sharedCache(env),
    join(folder.path, 'data'),
    join(folder.path, 'go/bin'),
    join(folder.path, 'bin'),
  ];
  for (const place of places) {
    const path = put(place);
    const found = await findTemporal({
      env,
      folder: join(folder.path, 'data'),
      install: unavailable,
    });
    expect(found.path).toBe(path);
  }
});

test('a program of that name that is not Temporal is passed over', async () => {
  const stranger = put(join(folder.path, 'bin'));
  writeFileSync(stranger, '#!/bin/sh\necho hello\n');
  const cached = put(sharedCache(env));
  expect(await findTemporal({ env, install: unavailable })).toMatchObject({
    path: cached,
    source: 'cache',
  });
});

test('then the download, then a build; with neither, one error says all that was tried', async () => {
  const built = await findTemporal({ env, install: { ...unavailable, build: arrives } });
  expect(built).toMatchObject({ source: 'build', path: join(sharedCache(env), 'temporal') });

  const other = { ...env, XDG_CACHE_HOME: join(folder.path, 'other') };
  const tried = findTemporal({ env: other, install: unavailable });
  await expect(tried).rejects.toThrow(
    /no temporal on the PATH; the download was refused; Go is not installed/,
  );
  expect(
    (await findTemporal({ env: other, install: { ...unavailable, download: arrives } })).source,
  ).toBe('download');
});

test('two that need it at once build it once', async () => {
  let builds = 0;
  const build = async (inFolder: string): Promise<string> => {
    builds += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return put(inFolder);
  };
  const find = () => findTemporal({ env, install: { ...unavailable, build } });
  const both = await Promise.all([find(), find()]);
  expect(builds).toBe(1);
  expect(both.map(({ source }) => source).toSorted()).toEqual(['build', 'cache']);
});

test('what is built with Go is the version that is downloaded', () => {
  const module = new URL('../../runtime/engine/go.mod', import.meta.url);
  const [, version] = /temporalio\/cli v(\S+)/.exec(readFileSync(module, 'utf8')) ?? [];
  expect(version).toBe(temporalCliVersion);
});
