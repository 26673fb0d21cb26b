import { describe, expect, jest, test } from '@jest/globals';
import { eventId, uuid5 } from '../../../adapters/eventStore/eventId.ts';
import { newId } from '../../../adapters/ids.ts';

describe('event ids', () => {
  test.each([
    // RFC 9562 appendix A.4, and the example of Python's uuid module.
    [
      '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      'www.example.com',
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    ],
    ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  ])('name-based UUID of %s and %s', (space, name, expected) => {
    expect(uuid5(space, name)).toBe(expected);
  });

  test('are equal for equal steps and differ otherwise', () => {
    const ids = [
      eventId('authentication-1', 'request'),
      eventId('authentication-1', 'request 2'),
      eventId('authentication-1 request', '2'),
      eventId('authentication-2', 'request'),
      eventId('', 'authentication-1 request'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(eventId('authentication-1', 'request')).toBe(ids[0]);
  });

  test('never change: a step may be retried after an upgrade', () => {
    expect(eventId('authentication-1', 'request')).toBe('91c1e7ae-5e9d-586f-b8ab-60f884c1ce1f');
  });
});

describe('new ids', () => {
  test('are UUIDv7 in 32 upper-case digits', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[\dA-F]{12}7[\dA-F]{3}[89AB][\dA-F]{15}$/);
    const ms = Number.parseInt(id.slice(0, 12), 16);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('increase strictly, however many a millisecond makes', () => {
    const ids = Array.from({ length: 100_000 }, newId);
    const unordered = ids.filter((id, index) => index > 0 && id <= (ids[index - 1] ?? ''));
    expect(unordered).toEqual([]);
  });

  test('increase when the clock is set back', () => {
    const before = newId();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    const after = newId();
    clock.mockRestore();
    expect(after > before).toBe(true);
  });
});
