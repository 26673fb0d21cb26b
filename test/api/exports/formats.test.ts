import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cef } from '../../../api/exports/cef.ts';
import { headerOf, lineOf } from '../../../api/exports/line.ts';
import { ocsf } from '../../../api/exports/ocsf.ts';
import { framed, syslog } from '../../../api/exports/syslog.ts';
import type { EventView } from '../../../api/facade/events.ts';
import { csvReader } from '../../../domain/csv.ts';
import { anyText } from '../../support/anyText.ts';
import { seed } from '../../support/profile.ts';

const event: EventView = {
  position: 7,
  eventId: '0b1c2d3e-0000-4000-8000-000000000001',
  type: 'authentication.denied',
  storedType: 'AuthenticationDenied',
  version: 1,
  stream: 'authentication-R1',
  revision: 3,
  at: '2026-11-22T10:00:00.250Z',
  recordedAt: '2026-11-22T10:00:00.300Z',
  actor: 'serviceAccount MIM',
  actorKind: 'serviceAccount',
  actorId: 'A1',
  subject: 'ann@example.org',
  userId: 'U1',
  channel: 'sdk',
  address: '192.0.2.9',
  requestId: 'R1',
  correlationId: 'R1',
  summary: 'Verification of ann@example.org denied: FRAUD_REPORTED',
  data: { code: 'FRAUD_REPORTED', initiatingIp: '198.51.100.4' },
};

describe('OCSF', () => {
  test('a login is an Authentication record', () => {
    expect(ocsf(event)).toMatchObject({
      class_uid: 3002,
      category_uid: 3,
      activity_id: 1,
      type_uid: 300_201,
      time: Date.parse(event.at),
      severity_id: 3,
      status_id: 2,
      status_code: 'FRAUD_REPORTED',
      is_mfa: true,
      user: { name: 'ann@example.org', uid: 'U1' },
      src_endpoint: { ip: '198.51.100.4' },
      session: { uid: 'R1' },
      metadata: { version: '1.3.0', uid: event.eventId, sequence: 7, correlation_uid: 'R1' },
    });
  });

  test.each([
    ['authentication.approved', 300_201, 1],
    ['authentication.challengeSent', 300_299, 0],
    ['user.added', 300_101, 1],
    ['user.blocked', 300_109, 1],
    ['token.assigned', 300_110, 1],
    ['user.updated', 300_199, 1],
    ['settings.changed', 600_303, 1],
    ['configuration.itemRemoved', 600_304, 1],
    ['audit.actionRefused', 600_399, 2],
  ])('%s is type %d with status %d', (type, typeUid, status) => {
    const record = ocsf({ ...event, type });
    expect([record['type_uid'], record['status_id']]).toEqual([typeUid, status]);
    expect(Math.floor(typeUid / 100)).toBe(record['class_uid']);
  });
});

describe('CEF', () => {
  test('escapes what would end a field', () => {
    const line = cef({ ...event, actor: 'a=b\\c\nd', storedType: 'x|y' });
    expect(line).toMatch(
      /^CEF:0\|Countersign\|Countersign\|[\d.]+\|authentication\.denied\|x\\\|y\|6\|/,
    );
    expect(line).toContain('suser=a\\=b\\\\c\\nd ');
    expect(line).not.toContain('\n');
  });
});

describe('CSV', () => {
  test('is read back as it was, and no cell is a formula', () => {
    const shown = { ...event, summary: '=1+1, "quoted"\nnext' };
    const reader = csvReader();
    const lines = [...reader.push(headerOf('csv') + lineOf('csv', shown)), ...reader.end()].map(
      ({ cells }) => cells,
    );
    const row = Object.fromEntries(lines[0]!.map((name, index) => [name, lines[1]![index]]));
    expect(row).toMatchObject({
      position: '7',
      subject: 'ann@example.org',
      summary: `'${shown.summary}`,
    });
    expect(JSON.parse(row['data']!)).toEqual(event.data);
  });
});

describe('syslog', () => {
  const form =
    /^<(\d+)>1 (\S+) (\S+) countersign - (\S{1,32}) \[countersign@32473(?: [A-Za-z]+="((?:[^"\\\]]|\\["\\\]])*)")*\] \uFEFF(.*)$/su;

  test('whatever an event says, it is one message of RFC 5424 in one frame', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (actor, summary) => {
        const message = syslog({ ...event, actor, summary }, { facility: 13, host: 'a host' });
        expect(message).toMatch(form);
        const frame = framed(message);
        const [length = ''] = frame.toString('utf8').split(' ', 1);
        expect(frame.length).toBe(length.length + 1 + Number(length));
      }),
      { seed, numRuns: 200 },
    );
  });

  test('has the priority of its facility, and is a warning where it was no success', () => {
    expect(syslog(event, { facility: 13, host: 'h' })).toMatch(
      /^<108>1 2026-11-22T10:00:00\.250Z h /,
    );
    const fine = { ...event, type: 'user.added' };
    expect(syslog(fine, { facility: 4, host: 'h' })).toMatch(/^<37>1 /);
  });
});
