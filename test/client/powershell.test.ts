import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Node } from 'web-tree-sitter';
import { describedInterface } from '../../client/generate/description.ts';
import { checkListing } from '../docs/support/powershell.ts';
import { pageAt } from '../docs/support/page.ts';
import {
  callsIn,
  faultsIn,
  functionsIn,
  powerShellParser,
  type Call,
  type PowerShellFunction,
} from './powershell.ts';

/* The module was never run (examples/powershell/README.md says so): here it is read, and compared with the interface. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'examples', 'powershell', 'Countersign');
const sources = readdirSync(folder).map((name) => join(folder, name));
const workflow = join(root, 'examples', 'mim', 'Approve-GroupRequest.ps1');

// oxlint-disable-next-line typescript/no-explicit-any -- a description as JSON
type Described = Record<string, any>;
const paths = describedInterface()['paths'] as Record<string, Described>;

let parse: (source: string) => Node;
let calls: readonly Call[];
let functions: readonly PowerShellFunction[];
beforeAll(async () => {
  parse = await powerShellParser();
  const trees = sources.map((file) => parse(readFileSync(file, 'utf8')));
  calls = trees.flatMap(callsIn);
  functions = trees.flatMap(functionsIn);
});

/** `/users/{0}/enable` as the description writes it. */
const operationOf = (method: string, path: string): Described | undefined => {
  const form = (text: string) => text.replaceAll(/\{\w+\}/g, '{}');
  const found = Object.keys(paths).find((known) => form(known) === form(path));
  return found === undefined ? undefined : paths[found]![method.toLowerCase()];
};
const queryOf = (operation: Described): readonly string[] =>
  (operation['parameters'] as Described[])
    .filter((parameter) => parameter['in'] === 'query')
    .map(({ name }) => String(name));
const jsonOf = (content: Described | undefined): Described =>
  content?.['content']?.['application/json']?.schema ?? {};

describe('the PowerShell module', () => {
  test('every file is PowerShell, the examples around it too', () => {
    const listings = pageAt('examples/powershell/README.md').blocks;
    const texts = [...sources, workflow].map((file) => readFileSync(file, 'utf8'));
    for (const text of [...texts, ...listings.map((block) => block.text)])
      expect(faultsIn(parse(text))).toEqual([]);
    expect(faultsIn(parse('function Get-X { if ($a { }'))).not.toEqual([]);
  });

  test('each call is one of the interface, with fields that it takes and all that it wants', () => {
    const made = calls.filter(({ name }) => name === 'Invoke-Countersign');
    const checked = made.filter(({ words }) => words[1]?.startsWith('/'));
    expect(checked.length).toBeGreaterThanOrEqual(14);
    for (const { words, hashes } of checked) {
      const [method = '', path = ''] = words;
      const operation = operationOf(method, path);
      expect([method, path, operation !== undefined]).toEqual([method, path, true]);
      const wanted = jsonOf(operation!['requestBody']);
      const body = hashes['-Body'] ?? {};
      expect(Object.keys(wanted['properties'] ?? {})).toEqual(
        expect.arrayContaining(Object.keys(body)),
      );
      expect(Object.keys(body)).toEqual(expect.arrayContaining(wanted['required'] ?? []));
      for (const [name, inner] of Object.entries(body))
        if (inner.length > 0)
          expect(Object.keys(wanted['properties'][name].properties ?? {})).toEqual(
            expect.arrayContaining([...inner]),
          );
      expect(queryOf(operation!)).toEqual(
        expect.arrayContaining(Object.keys(hashes['-Query'] ?? {})),
      );
    }
    for (const { texts, hashes } of calls.filter(({ name }) => name === 'Get-CountersignRow')) {
      const operation = operationOf('GET', texts['-Path'] ?? '')!;
      const query = ['limit', 'cursor', ...Object.keys(hashes['-Query'] ?? {})];
      expect(queryOf(operation)).toEqual(expect.arrayContaining(query));
    }
  });

  test('what it reads of answers is in them', () => {
    const replies = new Set(
      calls
        .filter(({ words }) => words[1]?.startsWith('/'))
        .flatMap(({ words }) => Object.entries(operationOf(words[0]!, words[1]!)!['responses']))
        .flatMap(([, response]) => Object.keys(jsonOf(response as Described)['properties'] ?? {})),
    );
    const read = functions
      .flatMap(({ members }) => members)
      .filter((member) => /^(?:asked|now|made)\./.test(member) && !member.includes('PSObject'))
      .map((member) => member.split('.')[1]);
    expect(new Set(read)).toEqual(
      new Set(['approvalId', 'displayNumber', 'requestId', 'revision', 'state']),
    );
    expect([...replies]).toEqual(expect.arrayContaining([...new Set(read)]));
  });

  test('every command that it calls is its own or comes with PowerShell', () => {
    const shipped = new Set([
      'ConvertTo-Json',
      'ForEach-Object',
      'Invoke-RestMethod',
      'Join-Path',
      'Select-Object',
      'Set-StrictMode',
      'Start-Sleep',
      'Write-Warning',
    ]);
    const own = new Set(functions.map(({ name }) => name));
    const unknown = calls.map(({ name }) => name).filter((name) => /^\w+-\w+$/.test(name));
    expect(unknown.filter((name) => !own.has(name) && !shipped.has(name))).toEqual([]);
  });

  test('its manifest exports what it has, and each of these has its help', () => {
    const manifest = readFileSync(join(folder, 'Countersign.psd1'), 'utf8');
    const exported = [...manifest.matchAll(/^ {4}'([\w-]+)'$/gm)].map(([, name]) => name!);
    expect(exported.length).toBeGreaterThanOrEqual(13);
    const byName = new Map(functions.map((one) => [one.name, one]));
    for (const name of exported) {
      const { help, parameters } = byName.get(name)!;
      expect([name, help]).toEqual([
        name,
        expect.stringMatching(/\.SYNOPSIS\n +\S.*[\s\S]*\.EXAMPLE\n/),
      ]);
      const described = [...help.matchAll(/\.PARAMETER (\w+)\n +\S/g)].map(([, one]) => one);
      expect([name, described]).toEqual([name, parameters]);
    }
  });

  test('the step of a MIM workflow calls the SDK as its description says', () => {
    const { calls: called, faults } = checkListing(readFileSync(workflow, 'utf8'));
    expect(faults).toEqual([]);
    expect(called).toEqual(['TestSecurity', 'CanonicalizeUser', 'PfAuthUser_4']);
  });
});
