import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type ServerProcess } from '../e2e/support/serverProcess.ts';
import { missingFrom, pageAt, readPage, stepsOf, taskPages, type Page } from './support/page.ts';
import { checkListing } from './support/powershell.ts';
import { freePorts, makeWorkFolder, runSteps, type Ports } from './support/shell.ts';
import { unknownIn } from './support/vocabulary.ts';

/* Every command of the task pages runs as it stands, one page after the other, as a newcomer types them. */

const pages = taskPages();
const startsServer = (page: Page): boolean =>
  stepsOf(page).some(({ commands }) => /^npx countersign serve/m.test(commands));

const folders: string[] = [];
const workFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'));
  folders.push(folder);
  makeWorkFolder(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Shows a page that fails as its reader would see it. */
const expectToWork = async (page: Page, folder: string, ports: Ports): Promise<void> => {
  const steps = stepsOf(page);
  const { code, output, outputs } = await runSteps(folder, steps, ports);
  if (code !== 0) throw new Error(`${page.name} ends with ${code}:\n${output}`);
  for (const [index, { commands, shown }] of steps.entries()) {
    const missing = missingFrom(outputs[index] ?? '', shown);
    if (missing.length > 0)
      throw new Error(`${commands}\nprints\n${outputs[index]}\nwithout\n${missing.join('\n')}`);
  }
};

describe('pages that start a server of their own', () => {
  test.concurrent.each(pages.filter(startsServer).map((page) => [page.name, page] as const))(
    '%s',
    async (_, page) => {
      await expectToWork(page, workFolder(), await freePorts());
    },
    120_000,
  );
});

describe('pages for a running server', () => {
  let folder: string;
  let ports: Ports;
  let server: ServerProcess;
  beforeAll(async () => {
    folder = workFolder();
    ports = await freePorts();
    server = await serve({ data: join(folder, 'data'), ...ports });
  }, 60_000);
  afterAll(async () => {
    expect(await server.kill('SIGTERM')).toBe(0);
  });
  test.each(pages.filter((page) => !startsServer(page)).map((page) => [page.name, page] as const))(
    '%s',
    async (_, page) => {
      await expectToWork(page, folder, ports);
    },
    120_000,
  );
});

describe('what the pages say', () => {
  test.each(pages.map((page) => [page.name, page] as const))(
    '%s has commands, output and listings for Windows only',
    (_, { blocks }) => {
      const kinds = blocks.map(({ kind }) => kind);
      expect(kinds).toContain('sh');
      expect(kinds.filter((kind) => !['sh', 'text', 'powershell'].includes(kind))).toEqual([]);
      for (const [index, kind] of kinds.entries())
        if (kind === 'text') expect(kinds[index - 1]).toBe('sh');
    },
  );

  test.each(
    [...pages, ...['README.md', 'docs/README.md', 'CHANGELOG.md'].map(pageAt)].map(
      (page) => [page.name, page] as const,
    ),
  )('%s names only commands and options that there are', (_, page) => {
    expect(unknownIn(page)).toEqual([]);
  });

  test('a command, an option or an output that is not there is noticed', () => {
    const page = readPage(
      'x',
      '```sh\nnpx countersign users frobnicate\nnpx countersign test a --loudly\n```\n`countersign juggle`, `--softly`\n',
    );
    expect(unknownIn(page)).toEqual([
      '"frobnicate" of "users"',
      '--loudly of "test"',
      '"juggle" of "countersign"',
      '--softly',
    ]);
    expect(missingFrom('first  1\nsecond 2\n', ['first …', 'second', 'first'])).toEqual(['first']);
  });

  test('listings for Windows call what the description offers, with its arguments in their order', () => {
    const listings = pages.flatMap(({ blocks }) =>
      blocks.filter(({ kind }) => kind === 'powershell').map(({ text }) => text),
    );
    const checked = listings.map((listing) => checkListing(listing));
    expect(checked.map(({ faults }) => faults)).toEqual(listings.map(() => []));
    expect(checked.flatMap(({ calls }) => calls)).toEqual(
      expect.arrayContaining(['TestSecurity', 'CanonicalizeUser', 'PfAuthUser_4']),
    );
    expect(checkListing('$sdk.PfAuthUser_4($username)\n$sdk.Nothing()').faults).toHaveLength(2);
  });
});
