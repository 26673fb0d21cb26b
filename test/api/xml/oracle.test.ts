import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readXml, sdkLimits } from '../../../api/xml/reader.ts';
import { escapeText } from '../../../api/xml/writer.ts';
import { below, pick, randomOf } from '../../support/fuzz.ts';
import type { Random } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';

/** Stands between two texts in the other reader's output; never generated. */
const separator = '\u241E';

const words = [
  'admin',
  ' ',
  '\n',
  '\t',
  'é',
  '😀',
  ']',
  ']]',
  '--',
  '&',
  '<',
  '>',
  '"',
  '0',
  '.attacker.example',
];
const text = (random: Random): string =>
  Array.from({ length: below(random, 5) }, () => pick(random, words)).join('');

const piece = (random: Random): string => {
  switch (below(random, 5)) {
    case 0:
      return `<!--${text(random).replace(/-/g, '').replace(/&|</g, 'x')}-->`;
    case 1:
      return `<![CDATA[${text(random).replace(/\]+/g, ']x')}]]>`;
    case 2:
      return `&#${pick(random, ['65', 'x3C', '38', 'x1F600', '13', '9'])};`;
    case 3:
      return `<b c="${escapeText(text(random)).replace(/"/g, '')}">${escapeText(text(random))}</b>`;
    default:
      return escapeText(text(random));
  }
};

const generate = (random: Random): string =>
  `<doc>${Array.from({ length: below(random, 9) }, () => piece(random)).join('')}</doc>`;

/** The own text of every generated document, as xmlstarlet (libxml2) reads it. */
const readByXmlstarlet = (documents: readonly string[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-xml-'));
  try {
    const file = join(folder, 'documents.xml');
    writeFileSync(file, `<all>${documents.join('')}</all>`);
    const template = [
      '-T',
      '-t',
      '-m',
      '/all/doc',
      '-m',
      'text()',
      '-v',
      '.',
      '-b',
      '-o',
      separator,
    ];
    const output = execFileSync('xmlstarlet', ['sel', ...template, file], { maxBuffer: 2 ** 26 });
    return output.toString('utf8').split(separator).slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('SEC-22 text survives comments and CDATA splits: the same as xmlstarlet reads', () => {
  const random = randomOf(seed);
  for (let left = count(10_000); left > 0; left -= 500) {
    const documents = Array.from({ length: Math.min(left, 500) }, () => generate(random));
    const ours = documents.map((document) => readXml(document, sdkLimits).text);
    expect(ours).toEqual(readByXmlstarlet(documents));
  }
});
