import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodesOf, nodesOfText, sourcesIn, written, type SyntaxNode } from '../support/syntax.ts';

/* Policies, templates and mappings are data: nothing in the program turns a text into code. */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const others = new Set(['node_modules', 'dist', 'test', 'bench', 'docs', 'examples']);
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !others.has(entry.name))
  .map(({ name }) => name);
const sources = [...folders.flatMap(sourcesIn), 'server.ts'];

const makers =
  /^(?:globalThis\.|global\.|window\.)?(?:eval|Function|GeneratorFunction|AsyncFunction)$/;
const modules =
  /^(?:node:)?(?:vm|repl)$|^(?:vm2|isolated-vm|mustache|handlebars|ejs|pug|nunjucks)$/;
const timers = /^(?:globalThis\.)?set(?:Timeout|Interval|Immediate)$/;

/** What of it makes code out of a text; undefined where it does not. */
const offence = (node: SyntaxNode): string | undefined => {
  if (node.type === 'ImportDeclaration') {
    const from = written(node['source']);
    return modules.test(from) ? `imports ${from}` : undefined;
  }
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const callee = written(node['callee']);
  const given = Array.isArray(node['arguments']) ? (node['arguments'] as readonly unknown[]) : [];
  const first = given[0] as { expression?: SyntaxNode } | undefined;
  const isText = /^(?:StringLiteral|TemplateLiteral)$/.test(first?.expression?.type ?? '');
  if (makers.test(callee) || callee.endsWith('.constructor')) return `calls ${callee}`;
  if (timers.test(callee) && isText) return `calls ${callee} with a text`;
  if (/^(?:Import|require)$/.test(callee) && isText && modules.test(written(first!.expression)))
    return `loads ${written(first!.expression)}`;
  return undefined;
};

test('SEC-84 nothing in the program makes code out of a text', () => {
  expect(sources.length).toBeGreaterThan(200);
  const found = sources.flatMap((path) =>
    nodesOf(path).flatMap((node) => {
      const what = offence(node);
      return what === undefined ? [] : [`${path} ${what}`];
    }),
  );
  expect(found).toEqual([]);
});

test('SEC-84 the search finds what it is to find', () => {
  const sample = `import { runInNewContext } from 'node:vm';
    eval('1'); new Function('return 1')(); globalThis.eval(text); sum.constructor('return 1');
    setTimeout('go()', 1); await import('vm'); evaluate('1'); new Map(); setTimeout(go, 1);`;
  expect(nodesOfText(sample).flatMap((node) => offence(node) ?? [])).toEqual([
    'imports node:vm',
    'calls eval',
    'calls Function',
    'calls globalThis.eval',
    'calls sum.constructor',
    'calls setTimeout with a text',
    'loads vm',
  ]);
});
