import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mustChangePin, pinFault } from '../../domain/pinRules.ts';
import { defaultSettings } from '../../domain/settings.ts';
import vectors from '../wire/mobile-vectors.json' with { type: 'json' };
import { dayMs, nowMs } from './people.ts';

const facts = { phones: ['15552580147'], isRecent: false };
const fault = (pin: string, more: Partial<typeof defaultSettings> = {}, about = facts) =>
  pinFault(pin, { ...defaultSettings, ...more }, about);

describe('a new PIN', () => {
  test.each([
    ['', 'form'],
    ['258', 'form'],
    ['25803691470', 'form'],
    ['25a0', 'form'],
    ['２５８０', 'form'],
    ['111739', 'repeated'],
    ['123907', 'sequence'],
    ['903218', 'sequence'],
    ['2580', 'phone'],
    ['925801', 'phone'],
  ])('%j is refused: %s', (pin, why) => expect(fault(pin)).toBe(why));
  test.each(['7391', '739104', '1122', '9090', '8046270913'])('%j is taken', (pin) =>
    expect(fault(pin)).toBeUndefined(),
  );
  test('the checks come in the order of the contract', () => {
    expect(fault('1112580', {}, { ...facts, isRecent: true })).toBe('repeated');
    expect(fault('2580', {}, { ...facts, isRecent: true })).toBe('recent');
  });
  test('weak ones pass where the company lets them, but never malformed ones', () => {
    fc.assert(
      fc.property(fc.string(), (pin) => {
        const why = fault(pin, { pinWeakRefused: false });
        expect(why).toBe(/^[0-9]{4,10}$/.test(pin) ? undefined : 'form');
      }),
    );
    expect(fault('7391', { pinMinLength: 6 })).toBe('form');
  });
  test('the contract has vectors to judge by', () => {
    expect(JSON.stringify(vectors)).toContain('newPin');
  });
});

test('a PIN that somebody else chose, or that is too old, must be changed', () => {
  const pin = { pinChangeRequired: false, pinSetAtMs: nowMs - 30 * dayMs };
  expect(mustChangePin({ ...pin, pinChangeRequired: true }, defaultSettings, nowMs)).toBe(true);
  expect(mustChangePin(pin, defaultSettings, nowMs)).toBe(false);
  expect(mustChangePin(pin, { ...defaultSettings, pinMaxAgeDays: 29 }, nowMs)).toBe(true);
  expect(mustChangePin(pin, { ...defaultSettings, pinMaxAgeDays: 31 }, nowMs)).toBe(false);
});
