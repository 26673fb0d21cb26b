import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { EventReply } from '../../../api/rest/events.ts';
import { addSdkAccount, sdkOf } from '../support/people.ts';
import { until } from '../support/until.ts';
import type { AuditWorld } from './world.ts';

/** What leaves the server: exports, and what a search tells (spec/85, must hold 5). */
export const exports = (world: AuditWorld): void => {
  const { add, cli, data, eventsAfter, newest } = world;
  /** Types of events after a position, once this one is among them: lists follow the log after a moment. */
  const typesUpTo = (type: string, after: number): Promise<readonly string[]> =>
    until(type, async () => {
      const types = (await eventsAfter(after)).map((event) => event.type);
      return types.includes(type) && types;
    });

  test('H85-5 an export is whole, hashed, on record, goes on where it was, and holds no secret and no phone', async () => {
    const out = join(dirname(data.path), 'export');
    const words = ['audit', 'export', '--out', out, '--split', '20', '--json'];
    const from = await newest();
    const first = JSON.parse(await cli(...words)) as {
      complete: boolean;
      upTo: number;
      files: { name: string; sha256: string; events: number; first: number; last: number }[];
    };
    const texts = first.files.map(({ name }) => readFileSync(join(out, name), 'utf8'));
    expect(first.files.map(({ sha256 }) => sha256)).toEqual(
      texts.map((text) => createHash('sha256').update(text).digest('hex')),
    );
    const lines = texts.flatMap((text) => text.trim().split('\n'));
    const positions = lines.map((line) => (JSON.parse(line) as EventReply).position);
    expect(positions).toEqual(Array.from({ length: first.upTo }, (_, index) => index + 1));
    expect(texts.join('')).not.toMatch(/s1:|5550147|secret-of-the-audit-test/);
    expect(await typesUpTo('audit.exportFinished', from)).toContain('audit.exportStarted');

    // What no export has written cannot be put on record as if one had.
    const head = await newest();
    const nobodys = `/audit/exports/${'0'.repeat(32)}/finish`;
    const refused = await world.server.rest.call('POST', nobodys, { events: 0, files: [] });
    expect(refused.status).toBe(404);
    await add('behind-it@example.org');
    expect(await typesUpTo('user.added', head)).not.toContain('audit.exportFinished');

    // As if it had been cut off behind its second file.
    const manifestPath = join(out, 'manifest.json');
    writeFileSync(
      manifestPath,
      JSON.stringify({ ...first, complete: false, files: first.files.slice(0, 2) }),
    );
    rmSync(join(out, first.files[2]!.name));
    writeFileSync(join(out, `${first.files[2]!.name}.part`), 'half a li');
    expect(JSON.parse(await cli(...words))).toEqual(first);
    expect(first.files.map(({ name }) => readFileSync(join(out, name), 'utf8'))).toEqual(texts);
  }, 120_000);

  test('SEC-85 a search for people is on record without what was looked for; lists show masked numbers', async () => {
    const { rest } = world.server;
    await rest.ok('POST', '/users', { username: 'seek@example.org', phone: '+1 5555550199' });
    const from = await newest();
    const [found] = (await rest.ok<{ items: { phone: string }[] }>('GET', '/users?text=SEEK'))
      .items;
    await rest.ok('GET', '/users?limit=5');
    const sdk = sdkOf(world.server, await addSdkAccount(rest, 'searcher'));
    const answer = await sdk.call('FindUsers', { usernameFilter: 'seek*', emailFilter: '*' });
    await sdk.call('FindUsers', { usernameFilter: '*' });
    sdk.close();
    const searches = await until('both searches', async () => {
      const told = await eventsAfter(from);
      const recorded = told.filter(({ type }) => type === 'audit.peopleSearched');
      return recorded.length >= 2 && recorded;
    });
    expect(searches.map(({ actorKind, data: fact }) => [actorKind, fact])).toEqual([
      ['administrator', { operation: 'listUsers', by: ['text'], found: 1 }],
      ['serviceAccount', { operation: 'FindUsers', by: ['username'], found: 1 }],
    ]);
    expect(JSON.stringify(searches).toLowerCase()).not.toContain('seek');
    expect(found?.phone).toBe('+1 XXXXXXX199');
    expect(answer.body).not.toContain('5555550199');
  }, 60_000);
};
