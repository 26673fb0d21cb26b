import * as fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;
const codePoint = fc
  .nat({ max: 0x10ffff - surrogates })
  .map((number) => String.fromCodePoint(number < firstSurrogate ? number : number + surrogates));

/**
 * Text of any code points, and of the words that programs stumble over (`__proto__`). As wide as fast-check's own `binary`,
 * which takes 0.7 s to make in each test file.
 */
export const anyText = (size: { readonly maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.oneof(fc.string({ unit: codePoint, ...size }), fc.string(size));
