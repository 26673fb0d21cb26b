import { expect, test } from '@jest/globals';
import { wavSeconds } from '../../domain/wav.ts';

/** 8,000 bytes a second, one channel. */
const wave = (seconds: number, before: readonly Buffer[] = []): Buffer => {
  const data = Buffer.alloc(8_000 * seconds, 0x80);
  const chunk = (name: string, body: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    const odd = body.length % 2 === 1 ? [Buffer.alloc(1)] : [];
    return Buffer.concat([Buffer.from(name), size, body, ...odd]);
  };
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(8_000, 4);
  format.writeUInt32LE(8_000, 8);
  const chunks = [...before.map((body) => chunk('LIST', body)), chunk('fmt ', format)];
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks, chunk('data', data)]);
  return Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), body]);
};

test('tells how long a wave file plays, whatever stands before its data', () => {
  expect(wavSeconds(wave(3))).toBe(3);
  expect(wavSeconds(wave(3, [Buffer.from('odd')]))).toBe(3);
});

test('what is no wave file, or ends early, has no length', () => {
  for (const bytes of [Buffer.from(''), Buffer.from('ID3'), Buffer.alloc(2_000)])
    expect(wavSeconds(bytes)).toBeUndefined();
  const whole = wave(2, [Buffer.from('note')]);
  for (let length = 0; length < 64; length += 1)
    expect(() => wavSeconds(whole.subarray(0, length))).not.toThrow();
});

test('a header that promises more than the file holds is not believed', () => {
  const stream = wave(2);
  stream.writeUInt32LE(0xffff_ffff, stream.indexOf('data') + 4);
  expect(wavSeconds(stream)).toBe(2);
});
