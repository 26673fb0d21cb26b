import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'test', 'bench', 'data']);

/** Packages that no part of the program may use, and why. */
const banned = new Map([
  ['radius', 'listeners use the project\u2019s own codec'],
  ['soap', 'its server lets SOAPAction choose the operation; clients are tests only'],
  ['xml2js', 'XML from outside goes through api/xml/reader.ts'],
  ['fast-xml-parser', 'XML from outside goes through api/xml/reader.ts'],
  ['ldapts', 'a directory client only: adapters/directory'],
  ['saxes', 'only the reader may tokenize: api/xml'],
]);
const allowed = new Map([
  ['saxes', `api${sep}xml${sep}`],
  ['ldapts', `adapters${sep}directory${sep}`],
]);

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });

const specifiers = (source: string): readonly string[] =>
  [...source.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, specifier = '']) => specifier,
  );

test('SEC-16 nothing outside the reader parses XML, and no listener uses another\u2019s codec', () => {
  const files = sources(root);
  expect(files.length).toBeGreaterThan(10);
  const offences = files.flatMap((path) => {
    const file = relative(root, path);
    return specifiers(readFileSync(path, 'utf8')).flatMap((specifier) => {
      const name = specifier.split('/')[0] ?? '';
      const reason = banned.get(name);
      const home = allowed.get(name);
      const fine = reason === undefined || (home !== undefined && file.startsWith(home));
      // Below its front door a directory client's own message parsing would be in reach.
      const inside = name === 'ldapts' && specifier !== 'ldapts';
      return fine && !inside ? [] : [`${file} imports ${specifier}: ${reason ?? ''}`];
    });
  });
  expect(offences).toEqual([]);
});

test('SEC-16 the scan sees every way to import', () => {
  const source = `import { a } from 'soap';\nimport "xml2js";\nawait import('radius');\nrequire("saxes")\nexport * from 'b/c';`;
  expect(specifiers(source)).toEqual(['soap', 'xml2js', 'radius', 'saxes', 'b/c']);
});
