import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, environmentName, loadConfig, settle } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';

const folder = (file?: string): string => {
  const data = mkdtempSync(join(tmpdir(), 'countersign-config-'));
  if (file !== undefined) writeFileSync(join(data, 'countersign.json'), file);
  return data;
};
const faultsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('configuration', () => {
  test('command line goes before environment before file before default', () => {
    const data = folder('{"http": 1, "https": 2, "logLevel": "debug"}');
    const config = loadConfig({
      commandLine: { data, http: '3' },
      environment: { COUNTERSIGN_HTTP: '4', COUNTERSIGN_HTTPS: '5' },
    });
    expect(config).toMatchObject({ data, http: 3, https: 5, logLevel: 'debug', host: '127.0.0.1' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('the environment has lists, numbers and flags as text', () => {
    const config = loadConfig({
      commandLine: { data: folder() },
      environment: {
        COUNTERSIGN_MOBILE_PATHS: '/PA, /MobileApp',
        COUNTERSIGN_DEMO: 'true',
        COUNTERSIGN_REST_BODY_BYTES: '2048',
        COUNTERSIGN_TEMPORAL: '',
      },
    });
    expect(config).toMatchObject({
      mobilePaths: ['/PA', '/MobileApp'],
      demo: true,
      restBodyBytes: 2048,
    });
    expect(config.temporal).toBeUndefined();
  });

  test('all faults come at once, each with where, what and what to do', () => {
    const data = folder('{"headerMs": -1, "colour": "red"}');
    const commandLine = { data, http: '70000' };
    const environment = { COUNTERSIGN_DEMO: 'maybe', COUNTERSIGN_PUBLIC_URL: 'x'.repeat(99) };
    expect(faultsOf(() => loadConfig({ commandLine, environment }))).toEqual([
      '--http is "70000": give a whole number from 0 to 65535',
      'COUNTERSIGN_DEMO is "maybe": give true or false',
      `COUNTERSIGN_PUBLIC_URL is "${'x'.repeat(59)}…: give scheme, host and port without a path, as in https://mfa.example.com`,
      `headerMs in ${data}/countersign.json is -1: give a whole number from 100 to 120000`,
      `colour in ${data}/countersign.json: there is no such setting; remove it`,
    ]);
  });

  test('a broken file, and one that names its own folder, are refused', () => {
    for (const text of ['{', '[]', '"x"', '{"data": "elsewhere"}']) {
      const data = folder(text);
      const faults = faultsOf(() => loadConfig({ commandLine: { data }, environment: {} }));
      expect(faults).toEqual([expect.stringContaining(`${data}/countersign.json`)]);
    }
  });

  test('a secret value is never shown', () => {
    const meta = { description: 'x', remedy: 'at least 32 characters', secret: true };
    const schema = z.strictObject({ key: z.string().min(32).meta(meta) });
    const source = { values: { key: 'hunter2' }, name: (name: string) => name };
    expect(faultsOf(() => settle(schema, [source]))).toEqual([
      'key is ***: give at least 32 characters',
    ]);
  });

  test('a secret may be in a file, whose name the environment has; other settings may not', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'url');
    writeFileSync(file, 'postgres://someone:word@db.example.org/views\n');
    const environment = { COUNTERSIGN_VIEWS_URL_FILE: file, COUNTERSIGN_HOST_FILE: file };
    const { viewsUrl, host } = loadConfig({ commandLine: {}, environment });
    expect([viewsUrl, host]).toEqual(['postgres://someone:word@db.example.org/views', '127.0.0.1']);
    const missing = { COUNTERSIGN_VIEWS_URL_FILE: '/nowhere/at/all' };
    expect(faultsOf(() => loadConfig({ commandLine: {}, environment: missing }))).toEqual([
      'COUNTERSIGN_VIEWS_URL_FILE is "/nowhere/at/all": give a file that can be read',
    ]);
  });

  test('the address of the views is not shown where it is wrong', () => {
    const commandLine = { viewsUrl: 'mysql://someone:hunter2@db' };
    expect(faultsOf(() => loadConfig({ commandLine, environment: {} }))).toEqual([
      '--views is ***: give an address such as postgres://countersign@db.example.com/countersign',
    ]);
  });

  test('every setting has a description and a name in the environment', () => {
    const names = Object.keys(configSchema.shape).map(environmentName);
    expect(new Set(names).size).toBe(names.length);
    const { properties } = z.toJSONSchema(configSchema, { io: 'input' });
    for (const setting of Object.values(properties ?? {}))
      expect(setting).toMatchObject({
        description: expect.any(String),
        remedy: expect.any(String),
      });
  });
});
