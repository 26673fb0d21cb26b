import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

/* PowerShell as a grammar of others reads it; PowerShell itself is not to be had here. */

const grammar = createRequire(import.meta.url).resolve(
  'tree-sitter-powershell/tree-sitter-powershell.wasm',
);

export const powerShellParser = async (): Promise<(source: string) => Node> => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (source) => {
    const tree = parser.parse(source);
    if (!tree) throw new TypeError('nothing was parsed');
    return tree.rootNode;
  };
};

const below = (node: Node, type: string): readonly Node[] => node.descendantsOfType(type);

/** Where the grammar finds no sense, by line. */
export const faultsIn = (root: Node): readonly string[] => {
  const faults: string[] = [];
  const look = (node: Node): void => {
    if (node.isError || node.isMissing)
      faults.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    for (const child of node.children) if (child) look(child);
  };
  look(root);
  return faults;
};

/** Names and kinds of the fields of a hash literal, its own and not those of the ones within. */
const keysOf = (hash: Node): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    below(hash, 'hash_entry')
      .filter((entry) => entry.parent?.parent?.id === hash.id)
      .map((entry) => {
        const [inner] = below(entry, 'hash_literal_expression');
        const name = entry.child(0)?.text ?? '';
        return [name, inner ? Object.keys(keysOf(inner)) : []];
      }),
  );

export type Call = {
  readonly name: string;
  /** What stands before the first named argument. */
  readonly words: readonly string[];
  /** Hash literals by the argument that they are given as. */
  readonly hashes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Other arguments by name. */
  readonly texts: Readonly<Record<string, string>>;
};

const plain = (text: string): string => text.replaceAll(/^'|'$/g, '');

const callOf = (command: Node): Call => {
  const words: string[] = [];
  const hashes: Record<string, Readonly<Record<string, readonly string[]>>> = {};
  const texts: Record<string, string> = {};
  let named: string | undefined;
  for (const part of command.childForFieldName('command_elements')?.children ??
    below(command, 'command_elements')[0]?.children ??
    []) {
    if (!part || part.type === 'command_argument_sep') continue;
    if (part.type === 'command_parameter') {
      named = part.text;
      continue;
    }
    const [hash] = below(part, 'hash_literal_expression');
    if (named === undefined) words.push(plain(part.text));
    else if (hash) hashes[named] = keysOf(hash);
    else texts[named] = plain(part.text);
    named = undefined;
  }
  return { name: below(command, 'command_name')[0]?.text ?? '', words, hashes, texts };
};

export const callsIn = (root: Node): readonly Call[] => below(root, 'command').map(callOf);

export type PowerShellFunction = {
  readonly name: string;
  /** Its comment-based help; empty where it has none. */
  readonly help: string;
  readonly parameters: readonly string[];
  /** Members that are read of variables, as `asked.state`. */
  readonly members: readonly string[];
};

export const functionsIn = (root: Node): readonly PowerShellFunction[] =>
  below(root, 'function_statement').map((node) => ({
    name: below(node, 'function_name')[0]?.text ?? '',
    help: node.children.find((child) => child?.type === 'comment')?.text ?? '',
    parameters: below(node, 'script_parameter').map(
      (parameter) =>
        parameter.children.find((child) => child?.type === 'variable')?.text.replace('$', '') ?? '',
    ),
    members: below(node, 'member_access').map(({ text }) => text.replace('$', '')),
  }));
