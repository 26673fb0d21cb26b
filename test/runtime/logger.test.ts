import { expect, test } from '@jest/globals';
import { createLogger, isSecretName } from '../../runtime/logger.ts';

const capture = (pretty = false) => {
  const lines: string[] = [];
  const log = createLogger({ pretty, level: 'debug', write: (text) => void lines.push(text) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
};

test('a line is one JSON object with time, level, message and fields', () => {
  const { log, lines, last } = capture();
  log.with({ component: 'radius' }).info('started', { port: 1812, at: new Date(0) });
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(last()).toMatchObject({
    level: 'info',
    message: 'started',
    component: 'radius',
    port: 1812,
    at: '1970-01-01T00:00:00.000Z',
  });
  expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('a lower level says nothing', () => {
  const lines: string[] = [];
  const log = createLogger({
    pretty: false,
    level: 'warn',
    write: (text) => void lines.push(text),
  });
  log.info('quiet');
  log.warn('loud');
  expect(lines).toHaveLength(1);
});

test('fields with the names of secrets never show their values, at any depth', () => {
  const { log, lines } = capture();
  const names = [
    'password',
    'userPassword',
    'pin',
    'newPin',
    'secret',
    'sharedSecret',
    'oathSecret',
    'shared-secret',
    'code',
    'otp',
    'seed',
    'token',
    'deviceToken',
    'api_key',
    'apiKey',
    'masterKey',
    'Authorization',
    'cookie',
    'phone',
    'email',
  ];
  for (const name of names) {
    expect(isSecretName(name)).toBe(true);
    log.info('x', { [name]: 'CANARY', inner: { list: [{ [name]: 'CANARY' }] } });
  }
  expect(lines.join('')).not.toContain('CANARY');
});

test('ids, hashes and figures about secrets stay readable', () => {
  for (const name of [
    'tokenId',
    'keyId',
    'tokenHash',
    'pinLength',
    'errorCode',
    'statusCode',
    'port',
    'keys',
  ]) {
    expect(isSecretName(name)).toBe(false);
  }
});

test('outside text cannot break a line or act on a terminal', () => {
  for (const pretty of [true, false]) {
    const { log, lines } = capture(pretty);
    log.warn('bad\nname \u001b[31m', { name: 'a\r\nlevel=error \u001b[2J' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Control}/v);
  }
});

test('large, deep, circular and odd values are cut down', () => {
  const { log, last } = capture();
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const odd = { circle, big: 'x'.repeat(9000), bytes: Buffer.alloc(9), call: () => 1, sum: 10n };
  log.error('odd', { ...odd, error: new Error('outer', { cause: new TypeError('inner') }) });
  expect(JSON.stringify(last()).length).toBeLessThan(6000);
  expect(last()).toMatchObject({ bytes: '[9 bytes]', call: '[function]', sum: '10' });
  expect(last()['error']).toMatchObject({ message: 'outer', cause: { name: 'TypeError' } });
  log.info('proto', JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, unknown>);
  expect('polluted' in {}).toBe(false);
});
