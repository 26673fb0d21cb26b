import { parseSync } from '@swc/core';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A node of the syntax tree; what it holds depends on its type. */
export type SyntaxNode = { readonly type: string } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Sources below a folder of the repository, as paths from its root. */
export const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .toSorted();

/** All nodes of a source file. */
export const nodesOf = (path: string): readonly SyntaxNode[] =>
  nodesOfText(readFileSync(join(root, path), 'utf8'));

export const nodesOfText = (source: string): readonly SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isNode(value)) found.push(value);
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(parseSync(source, { syntax: 'typescript' }));
  return found;
};

/** An operand as it is written: names and members; anything else in short. */
export const written = (value: unknown): string => {
  if (!isNode(value)) return '?';
  const of = (key: string): string => written(value[key]);
  switch (value.type) {
    case 'Identifier':
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return String(value['value']);
    case 'MemberExpression':
      return `${of('object')}.${of('property')}`;
    case 'Computed':
      return of('expression');
    case 'OptionalChainingExpression':
      return of('base');
    case 'CallExpression':
      return `${of('callee')}()`;
    case 'TsNonNullExpression':
    case 'TsAsExpression':
    case 'ParenthesisExpression':
      return of('expression');
    case 'UnaryExpression':
      return `${String(value['operator'])} ${of('argument')}`;
    default:
      return value.type;
  }
};

/** A value that the source itself spells out is no secret. */
export const isLiteral = (value: unknown): boolean =>
  isNode(value) &&
  (/^(?:String|Numeric|Boolean|Null|BigInt)Literal$/.test(value.type) ||
    (value.type === 'Identifier' && value['value'] === 'undefined') ||
    (value.type === 'UnaryExpression' && value['operator'] === '-'));
