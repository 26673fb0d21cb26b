import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compareWsdl, isCovered } from '../../../api/soap/wsdlCompare.ts';
import { readWsdlShape } from '../../../api/soap/wsdlShape.ts';
import { emptyFolder } from '../../cli/terminal.ts';

const text = readFileSync(new URL('../../../api/soap/pfWsSdk.wsdl', import.meta.url), 'utf8');
const ours = readWsdlShape(text);

/** A description as the original might have had it: other names, other order, one operation more. */
const old = text
  .replaceAll('http://www.phonefactor.com/PfWsSdk', 'http://example.org/Old')
  .replaceAll('PfAuthUser_3', 'PfAuthUser_9')
  .replace('name="canonicalUsername"', 'name="canonicalName"')
  .replace('<s:enumeration value="iis" />', '')
  .replaceAll('"tns:TagMatchType"', '"tns:TagMatch"')
  .replaceAll('name="TagMatchType"', 'name="TagMatch"');

test('a description equals itself, whatever its prefixes and ports', () => {
  expect(ours.operations.size).toBe(36);
  expect(isCovered(compareWsdl(ours, ours))).toBe(true);
  const other = readWsdlShape(text.replaceAll('tns:', 't:').replaceAll('xmlns:tns=', 'xmlns:t='));
  expect(isCovered(compareWsdl(other, ours))).toBe(true);
});

test('differences are grouped by what they break', () => {
  const found = compareWsdl(readWsdlShape(old), ours);
  expect(found).toMatchObject({
    namespace: { old: 'http://example.org/Old' },
    missingOperations: ['PfAuthUser_9'],
    moreOperations: ['PfAuthUser_3'],
    missingTypes: ['TagMatch'],
  });
  expect(found.outputs).toEqual([
    {
      name: 'CanonicalizeUser',
      missing: ['canonicalName: string'],
      more: ['canonicalUsername: string'],
      reordered: false,
    },
  ]);
  expect(found.types.map(({ name }) => name)).toContain('AuthenticationType');
  expect(isCovered(found)).toBe(false);
});

test('the command prints them, and its exit code says whether there are any', async () => {
  const run = promisify(execFile);
  const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));
  const file = join(emptyFolder(), 'old.wsdl');
  writeFileSync(file, old);
  const compare = run(process.execPath, [program, 'sdk', 'compare', file]);
  await expect(compare).rejects.toMatchObject({ code: 1 });
  const { stdout } = (await compare.catch((error: unknown) => error)) as { stdout: string };
  expect(stdout).toContain(
    'Operations that are only in yours: calls of them fail:\n  PfAuthUser_9',
  );
  expect(stdout).toContain(
    '  CanonicalizeUser\n    - canonicalName: string\n    + canonicalUsername',
  );
  // As `Out-File` of Windows PowerShell saves it.
  writeFileSync(file, `\uFEFF${text.replace('utf-8', 'utf-16')}`, 'utf16le');
  expect((await run(process.execPath, [program, 'sdk', 'compare', file])).stdout).toContain(
    'Everything in your description is in ours too.',
  );
});
