import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { environmentName, loadConfig } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const service = z.object({
  image: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  networks: z.record(z.string(), z.unknown()),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  secrets: z.array(z.object({ source: z.string() })).default([]),
  ports: z.array(z.unknown()).default([]),
});
const deployment = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() }).nullable()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

let folder: string;
let found: z.output<typeof deployment>;
let shown: string;

/** Compose as a plugin of Docker, or as the program of its own that Debian has. */
const compose = (...args: readonly string[]): string => {
  const hasPlugin = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
  const [program, first] = hasPlugin ? ['docker', ['compose']] : ['docker-compose', []];
  return execFileSync(program, [...first, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
};

/** Older versions print YAML alone; the reader that they use is there with them. */
const readConfig = (): unknown => {
  try {
    return JSON.parse(compose('config', '--format', 'json'));
  } catch {
    const toJson = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
    const args = { input: shown, encoding: 'utf8' } as const;
    return JSON.parse(execFileSync('/usr/bin/python3', ['-c', toJson], args));
  }
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'));
  for (const path of ['docker-compose.yml', 'Dockerfile', 'examples/compose'])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  execFileSync('sh', ['examples/compose/make-secrets.sh'], { cwd: folder });
  shown = compose('config');
  found = deployment.parse(readConfig());
});

const passwordOf = (name: string): string =>
  readFileSync(join(folder, 'secrets', name), 'utf8').trim();

describe('docker-compose.yml', () => {
  test('Compose takes it, with two nodes, their stores and a proxy', () => {
    expect(Object.keys(found.services).toSorted()).toEqual([
      'events',
      'node-1',
      'node-2',
      'proxy',
      'temporal',
      'temporal-db',
      'views',
    ]);
  });

  test('every image has a version', () => {
    const images = Object.values(found.services).map(({ image }) => image);
    const bases = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm)];
    for (const image of [...images, ...bases.map(([, base]) => base)])
      expect(image).toMatch(/:\d+\.\d+\.\d+[a-z0-9.-]*$|:\d+\.\d+-[a-z]+$/);
  });

  test('every service tells whether it is well, and is waited for by those who need it', () => {
    for (const [name, { healthcheck }] of Object.entries(found.services))
      expect([name, name.startsWith('node-') || healthcheck !== undefined]).toEqual([name, true]);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('HEALTHCHECK');
    for (const { depends_on } of Object.values(found.services))
      for (const { condition } of Object.values(depends_on))
        expect(condition).toBe('service_healthy');
  });

  test('only the proxy can be reached from outside, and the stores reach nothing', () => {
    for (const [name, { ports, networks }] of Object.entries(found.services)) {
      expect([name, ports.length > 0]).toEqual([name, name === 'proxy']);
      const open = Object.keys(networks).filter((net) => found.networks[net]?.internal !== true);
      expect([name, open.length > 0]).toEqual([name, name === 'proxy' || name.startsWith('node-')]);
    }
  });

  test('secrets are files for their owner, named to those who need them, and in no setting', () => {
    expect(statSync(join(folder, 'secrets')).mode & 0o077).toBe(0);
    for (const { secrets } of Object.values(found.services))
      for (const { source } of secrets)
        expect(statSync(found.secrets[source]!.file).isFile()).toBe(true);
    const url = passwordOf('events-url');
    const words = [passwordOf('views-password'), passwordOf('temporal-db-password'), url];
    for (const word of words) expect(shown).not.toContain(word);
  });

  test('the nodes are told nothing but what there are settings for', () => {
    const known = new Set(Object.keys(configSchema.shape).map(environmentName));
    for (const name of ['node-1', 'node-2']) {
      const { environment } = found.services[name]!;
      for (const variable of Object.keys(environment))
        expect([variable, known.has(variable.replace(/_URL_FILE$/, '_URL'))]).toEqual([
          variable,
          true,
        ]);
      const here = join(folder, 'secrets', 'events-url');
      const config = loadConfig({
        commandLine: {},
        environment: { ...environment, COUNTERSIGN_EVENTS_URL_FILE: here },
      });
      expect(config).toMatchObject({ temporalAddress: 'temporal:7233' });
      expect(config.eventsUrl).toBe(passwordOf('events-url'));
    }
  });

  test('the certificates are of the one authority, each for its own name', () => {
    for (const name of ['node', 'events', 'views', 'temporal']) {
      const args = ['verify', '-CAfile', 'ca.crt', '-verify_hostname', name, `${name}.crt`];
      const said = execFileSync('openssl', args, {
        cwd: join(folder, 'secrets'),
        encoding: 'utf8',
      });
      expect(said).toContain('OK');
    }
  });
});
