import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporalCluster } from '../../server/temporalCluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
const file = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, name);
  return path;
};

test('SEC-75 an engine that others run is spoken to with the three files of mutual TLS, or none', () => {
  const address = 'temporal.example.org:7233';
  const place = {
    temporalNamespace: 'mfa',
    temporalCaFile: file('ca'),
    temporalCertFile: file('cert'),
    temporalKeyFile: file('key'),
  };
  expect(temporalCluster(address, place)).toEqual({
    address,
    namespace: 'mfa',
    tls: {
      serverRootCACertificate: Buffer.from('ca'),
      clientCertPair: { crt: Buffer.from('cert'), key: Buffer.from('key') },
    },
  });
  expect(temporalCluster('127.0.0.1:7233', {})).toEqual({
    address: '127.0.0.1:7233',
    namespace: 'countersign',
  });
  const { temporalKeyFile, ...half } = place;
  expect(() => temporalCluster(address, half)).toThrow('give all three');
  expect(temporalKeyFile).toBeDefined();
});
