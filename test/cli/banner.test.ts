import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { banner } from '../../cli/banner.ts';
import { failOpen } from '../../domain/failOpen.ts';
import { terminal, type Terminal } from './terminal.ts';

let shell: Terminal;
beforeAll(async () => void (shell = await terminal()));
afterAll(() => shell.rest.stop());

const warning = {
  setting: 'whenUserDisabled',
  value: 'succeed',
  lets: 'people whose account is disabled get in without a second factor',
  closedBy: 'fail',
  by: 'apiClient script\u001b[2J',
  at: '2026-11-22T10:00:00.000Z',
};

test('SEC-44 the banner is red in a terminal, plain elsewhere, and steers no terminal', () => {
  expect(banner([], true)).toBe('');
  const plain = banner([warning], false);
  expect(plain).toMatch(
    /^WARNING: whenUserDisabled = succeed: people whose account is disabled get in without a second factor\. Set by apiClient script�\[2J at .*; "countersign settings set whenUserDisabled fail" ends it\.\n$/,
  );
  expect(banner([warning], true)).toBe(`\u001b[1;31m${plain.trimEnd()}\u001b[0m\n`);
  expect(banner([warning, warning], false)).toBe(plain + plain);
});

test('SEC-44 each setting that lets somebody in stands above the lists of the configuration', async () => {
  for (const [name, { value }] of Object.entries(failOpen))
    await shell.rest.call('PATCH', '/settings', { [name]: value }, { 'if-match': '*' });
  for (const list of [
    ['settings', 'list'],
    ['config', 'list', 'cacheRule'],
  ]) {
    const { code, out } = await shell.run(...list);
    expect(code).toBe(0);
    const warnings = out.split('\n').filter((line) => line.startsWith('WARNING: '));
    expect(warnings.map((line) => line.split(' ')[1])).toEqual(Object.keys(failOpen));
  }
  expect(await shell.json('settings', 'list')).toMatchObject({ whenUserDisabled: 'succeed' });
});
