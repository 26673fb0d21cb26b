import { expect, test } from '@jest/globals';
import { Lru } from '../../../adapters/secrets/lru.ts';

test('a full cache forgets what was used longest ago', () => {
  const cache = new Lru<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
});

test('a value set again takes no second place', () => {
  const cache = new Lru<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.set('b', 3);
  expect([cache.get('a'), cache.get('b')]).toEqual([1, 3]);
});

test('a cleared cache is empty', () => {
  const cache = new Lru<string, number>(2);
  cache.set('a', 1);
  cache.clear();
  expect(cache.get('a')).toBeUndefined();
});
