import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createFrames } from '../../../api/radius/radsecFrames.ts';
import { seed } from '../../support/profile.ts';

const framed = (length: number): Buffer => {
  const octets = Buffer.alloc(length, length & 0xff);
  octets.writeUInt16BE(length, 2);
  return octets;
};
const packets = fc.array(fc.integer({ min: 20, max: 4096 }).map(framed), { maxLength: 5 });

test('SEC-15 however a stream is cut, the same packets come out', () => {
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 5_000 })), (sent, cuts) => {
      const frames = createFrames();
      const stream = Buffer.concat(sent);
      const found: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        found.push(...(frames.push(stream.subarray(at, at + cut)) ?? []));
        at += cut;
      }
      expect(found).toEqual(sent);
      expect(frames.isHalf()).toBe(false);
    }),
    { seed },
  );
});

test.each([0, 1, 19, 4097, 65_535])('SEC-15 no packet has %d octets', (length) => {
  const head = Buffer.from([1, 1, length >> 8, length & 0xff]);
  expect(createFrames().push(Buffer.concat([framed(20), head]))).toBeUndefined();
  const frames = createFrames();
  expect(frames.push(head.subarray(0, 3))).toEqual([]);
  expect(frames.isHalf()).toBe(true);
  expect(frames.push(head.subarray(3))).toBeUndefined();
});
