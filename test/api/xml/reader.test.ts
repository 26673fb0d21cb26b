import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import {
  XmlRefused,
  mobileLimits,
  readXml,
  readXmlInTurns,
  sdkLimits,
} from '../../../api/xml/reader.ts';
import type { XmlLimits } from '../../../api/xml/reader.ts';
import { count, seed } from '../../support/profile.ts';
import { mutate, pick, randomOf } from '../../support/fuzz.ts';
import { workMs } from '../../support/speed.ts';
import { hostileDocuments } from './documents.ts';

const reasonOf = (text: string | Buffer, limits: XmlLimits = sdkLimits): string | undefined => {
  try {
    readXml(text, limits);
    return undefined;
  } catch (error) {
    if (error instanceof XmlRefused) return error.reason;
    throw error;
  }
};

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('what is read', () => {
  test('names, namespaces, attributes, order and text of elements', () => {
    const root = readXml(
      '\uFEFF<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!-- c -->' +
        '<s:a xmlns:s="urn:s" xmlns="urn:d" s:x="1" y="&lt;&#x41;"> t<b/><!-- no -->' +
        '<![CDATA[<c>]]>u\r\nv<s:b xmlns=""><e/></s:b></s:a>\n',
      sdkLimits,
    );
    expect(root.name).toBe('a');
    expect(root.namespace).toBe('urn:s');
    expect([...root.attributes]).toEqual([
      ['{urn:s}x', '1'],
      ['y', '<A'],
    ]);
    expect(root.text).toBe(' t<c>u\nv');
    expect(root.children.map(({ name, namespace }) => [name, namespace])).toEqual([
      ['b', 'urn:d'],
      ['b', 'urn:s'],
    ]);
    expect(root.children[1]?.children[0]?.namespace).toBe('');
  });

  test('a prefix means what the nearest element says, and the old meaning after that element', () => {
    const root = readXml('<a xmlns:p="one"><p:b/><c xmlns:p="two"><p:b/></c><p:b/></a>', sdkLimits);
    const spaces = [root.children[0], root.children[1]?.children[0], root.children[2]];
    expect(spaces.map((element) => element?.namespace)).toEqual(['one', 'two', 'one']);
  });

  test('CDATA that looks like a document stays text', () => {
    const inner = '<?xml version="1.0"?><!DOCTYPE a><a/>';
    expect(readXml(`<r><![CDATA[${inner}]]></r>`, sdkLimits).text).toBe(inner);
  });

  test('reading in turns gives the same elements, wherever a turn ends', async () => {
    const text = `<r a="é">${'<b c="1">&amp;😀\r\n<![CDATA[]]]]></b>'.repeat(4_000)}</r>`;
    expect(await readXmlInTurns(text, sdkLimits)).toEqual(readXml(text, sdkLimits));
  });
});

describe('what is refused', () => {
  test('SEC-17 document types, entities, instructions, prefixes, doubles, references: all in 10 ms, nothing opened', async () => {
    let connections = 0;
    const server = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const canary = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      file: join(tmpdir(), 'countersign-canary'),
    };
    const spies = [
      jest.spyOn(fs, 'openSync'),
      jest.spyOn(fs, 'readFileSync'),
      jest.spyOn(fs, 'open'),
      jest.spyOn(fs, 'readFile'),
    ];
    const documents = hostileDocuments(canary);
    const slow: string[] = [];
    for (const document of documents) {
      const times = [1, 2, 3].map(() => {
        let reason: string | undefined;
        const ms = workMs(() => (reason = reasonOf(document)));
        expect([document.slice(0, 80), reason]).toEqual([
          document.slice(0, 80),
          expect.any(String),
        ]);
        return ms;
      });
      if (Math.min(...times) > 10) slow.push(document.slice(0, 80));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
    await new Promise((resolve) => server.close(resolve));
    expect(connections).toBe(0);
    expect(slow).toEqual([]);
    expect(documents.length).toBeGreaterThanOrEqual(40);
  });

  test.each([
    ['doctype', '<!DOCTYPE a><a/>'],
    ['processingInstruction', '<a><?x?></a>'],
    ['version', '<?xml version="1.1"?><a/>'],
    ['encoding', '<?xml version="1.0" encoding="latin1"?><a/>'],
    ['notWellFormed', '<a></b>'],
    ['tooDeep', '<a>'.repeat(65)],
    ['tooManyElements', `<a>${'<b/>'.repeat(5_000)}</a>`],
    ['tooManyAttributes', `<a${Array.from({ length: 33 }, (_, i) => ` b${i}=""`).join('')}/>`],
    [
      'tooManyAttributes',
      `<a${Array.from({ length: 33 }, (_, i) => ` xmlns:b${i}="u"`).join('')}/>`,
    ],
    ['tooLarge', `<a>${'x'.repeat(1_048_576)}</a>`],
  ])('%s', (reason, text) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('bytes that are not UTF-8', () => {
    expect(reasonOf(Buffer.from('<a>ä</a>', 'latin1'))).toBe('encoding');
    expect(reasonOf(Buffer.from('<a/>', 'utf16le'))).toBe('notWellFormed');
    expect(reasonOf(Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0x80, 0x3c, 0x2f, 0x61, 0x3e]))).toBe(
      'encoding',
    );
  });

  test('SEC-18 the mobile limits are those of its contract', () => {
    expect(reasonOf(nested(32), mobileLimits)).toBeUndefined();
    expect(reasonOf(nested(33), mobileLimits)).toBe('tooDeep');
    expect(reasonOf(`<a>${'<b/>'.repeat(511)}</a>`, mobileLimits)).toBeUndefined();
    expect(reasonOf(`<a>${'<b/>'.repeat(512)}</a>`, mobileLimits)).toBe('tooManyElements');
    expect(reasonOf(`<a>${'x'.repeat(8_192)}</a>`, mobileLimits)).toBeUndefined();
    expect(reasonOf(`<a>${'x<!---->'.repeat(6_000)}xx</a>`, mobileLimits)).toBeUndefined();
    expect(reasonOf(`<a>${'x'.repeat(8_193)}</a>`, mobileLimits)).toBe('textTooLong');
    expect(reasonOf(`<a b="${'x'.repeat(8_193)}"/>`, mobileLimits)).toBe('textTooLong');
    expect(reasonOf(' '.repeat(65_537), mobileLimits)).toBe('tooLarge');
  });
});

test('SEC-18 64 KiB of anything take at most 25 ms, 1 MiB at most 250 ms', () => {
  const script = fileURLToPath(new URL('speed.ts', import.meta.url));
  const timings = JSON.parse(
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      encoding: 'utf8',
    }),
  ) as [number, string, number][];
  expect(timings).toHaveLength(32);
  const slow = timings.filter(([sizeBytes, , ms]) => ms > (sizeBytes > 65_536 ? 250 : 25));
  expect(slow).toEqual([]);
}, 120_000);

test('any bytes at all are either read or refused with a reason', () => {
  const random = randomOf(seed);
  const tokens = [
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '&#x',
    '&amp;',
    '<?',
    '?>',
    'xmlns:',
    '"',
    '<',
    '>',
    '/>',
    '<!DOCTYPE',
  ];
  const corpus = [
    ...hostileDocuments({ url: 'http://x', file: '/x' }),
    '<a xmlns:b="c"><b:d e="f">g</b:d></a>',
  ];
  for (let run = 0; run < count(100_000); run += 1) {
    reasonOf(mutate(Buffer.from(pick(random, corpus)), random, tokens));
  }
});
