import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'docs', 'how-to');

export type Block = {
  /** Word after the fence: `sh`, `text`, … */
  readonly kind: string;
  readonly text: string;
};

export type Page = {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Code inside of sentences. */
  readonly inline: readonly string[];
};

const fenced = /^```(.*)\n([\s\S]*?)^```$/gm;
const span = /`([^`]+)`/g;

/** The commands and the code of a page of Markdown. */
export const readPage = (name: string, markdown: string): Page => ({
  name,
  blocks: [...markdown.matchAll(fenced)].map(([, kind = '', text = '']) => ({ kind, text })),
  inline: [...markdown.replaceAll(fenced, '').matchAll(span)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' '),
  ),
});

export const pageAt = (path: string): Page =>
  readPage(path, readFileSync(join(root, path), 'utf8'));

/** All task pages. */
export const taskPages = (): readonly Page[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => pageAt(join('docs', 'how-to', name)));

/** A block of commands with the output that the page shows right below it. */
export type Step = { readonly commands: string; readonly shown: readonly string[] };

export const stepsOf = ({ blocks }: Page): readonly Step[] =>
  blocks.flatMap(({ kind, text }, index) => {
    if (kind !== 'sh') return [];
    const next = blocks[index + 1];
    const shown = next?.kind === 'text' ? next.text.split('\n').filter((line) => line !== '') : [];
    return [{ commands: text, shown }];
  });

const collapsed = (line: string): string => line.replaceAll(/\s+/g, ' ').trim();

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Lines that a page shows and the output lacks, in this order; `…` stands for anything. */
export const missingFrom = (output: string, shown: readonly string[]): readonly string[] => {
  const lines = output.split('\n').map(collapsed);
  let from = 0;
  return shown.filter((line) => {
    const pattern = new RegExp(
      collapsed(line)
        .split('…')
        .map((text) => escaped(text))
        .join('.*'),
    );
    const found = lines.slice(from).findIndex((candidate) => pattern.test(candidate));
    if (found < 0) return true;
    from += found + 1;
    return false;
  });
};
