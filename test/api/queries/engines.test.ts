import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page, Paging, Queries } from '../../../api/facade.ts';
import { randomLog } from '../../projections/support/randomLog.ts';
import { postgresPlace } from '../../projections/support/views.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { seed } from '../../support/profile.ts';
import { addUser, createReadSide, type ReadSide } from './support/readSide.ts';

/** Names that a language would order otherwise than their bytes do. */
const names = ['zebra', 'Zoo', 'Ähre', 'a-b', 'a_b', 'ab', 'A.B', 'émile', '～tilde', '😀', 'a b'];
const steps = 250;
const pageRows = 7;
const maxPages = 1_000;

let server: TestPostgres;
let sides: readonly ReadSide[];
const userOf = (index: number): string => `person ${index}`;

beforeAll(async () => {
  server = await startPostgres();
  sides = await Promise.all([createReadSide(), createReadSide(postgresPlace(server.url))]);
  for (const side of sides) {
    for (const [index, name] of names.entries()) addUser(side.log, userOf(index), name);
    // Each log numbers its events from nought.
    for (const { stream, event } of randomLog(seed, steps).lines)
      side.log.lines.push({ stream, event: { ...event, id: event.id.replace('0', 'f') } });
    await side.sync();
  }
});
afterAll(async () => {
  for (const side of sides) await side.close();
  await server.stop();
});

const pagesOf = async <Row>(list: (paging: Paging) => Promise<Page<Row>>): Promise<Page<Row>[]> => {
  const pages: Page<Row>[] = [];
  for (let cursor: string | undefined; pages.length < maxPages;) {
    const page = await list({ limit: pageRows, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page);
    cursor = page.nextCursor;
    if (cursor === undefined) return pages;
  }
  throw new Error('the pages do not end');
};

/** Each side has a log of its own, so the same events were stored at different times. */
const asSent = (answer: unknown): string =>
  JSON.stringify(answer, (key, value: unknown) => (key === 'recordedAt' ? undefined : value));

/** What both engines are asked, by what it says; each answer is compared as it is sent. */
const questions: Readonly<Record<string, (queries: Queries) => Promise<unknown>>> = {
  'all people': (q) => pagesOf((paging) => q.listUsers({}, paging)),
  'people by a text': (q) => pagesOf((paging) => q.listUsers({ text: 'a_B' }, paging)),
  'people who can do nothing': (q) => pagesOf((p) => q.listUsers({ unregistered: true }, p)),
  'people who are blocked': (q) => pagesOf((paging) => q.listUsers({ blocked: true }, paging)),
  'people with a method': (q) =>
    pagesOf((p) => q.listUsers({ method: 'app', mode: 'standard', enabled: true }, p)),
  'one person': (q) => q.findUser('ÄHRE'),
  'what happened to one person': (q) => pagesOf((paging) => q.userHistory('zebra', paging)),
  requests: (q) => pagesOf((paging) => q.listRequests({}, paging)),
  'requests that were let in': (q) => pagesOf((p) => q.listRequests({ state: 'approved' }, p)),
  blocks: (q) => pagesOf((paging) => q.listBlocks({}, paging)),
  bypasses: (q) => pagesOf((paging) => q.listBypasses({}, paging)),
  approvals: (q) => pagesOf((paging) => q.listApprovals({}, paging)),
  tokens: (q) => pagesOf((paging) => q.listTokens({}, paging)),
  'tokens by a text': (q) => pagesOf((paging) => q.listTokens({ text: '1' }, paging)),
  mails: (q) => pagesOf((paging) => q.listMails({}, paging)),
  deliveries: (q) => pagesOf((paging) => q.listDeliveries({}, paging)),
  events: (q) => pagesOf((paging) => q.listEvents({}, paging)),
  'service accounts': (q) => q.listServiceAccounts(),
  webhooks: (q) => q.listItems('webhook'),
  settings: (q) => q.getSettings(),
};

test.each(Object.keys(questions))(
  'S85 3 SQLite and PostgreSQL answer alike, byte by byte: %s',
  async (name) => {
    const answers = await Promise.all(
      sides.map(async ({ queries }) => asSent(await questions[name]!(queries))),
    );
    expect(answers[1]).toBe(answers[0]);
  },
);
