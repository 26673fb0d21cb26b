/** Recovery codes and access passes as people type them: base32 in groups, at least 64 bits (SEC-52). */
const minCharacters = 13;
const maxCharacters = 32;
const maxTypedLength = 64;
const groupLength = 4;

/**
 * A typed text in the one spelling that is hashed, or undefined where it cannot be such a code: then it is no try
 * of one. Codes of tokens are digits and too short to be taken for it.
 */
export const normaliseSpareCode = (text: string): string | undefined => {
  if (text.length > maxTypedLength) return undefined;
  const plain = text.replaceAll(/[\s-]/g, '').toUpperCase();
  const fits = plain.length >= minCharacters && plain.length <= maxCharacters;
  return fits && /^[A-Z2-7]+$/.test(plain) ? plain : undefined;
};

/** `ABCDEFGHIJKLMNOP` as people read it: `ABCD-EFGH-IJKL-MNOP`. */
export const spelledSpareCode = (code: string): string =>
  code.replaceAll(new RegExp(`.{${groupLength}}(?=.)`, 'g'), '$&-');

/** The answer to a security question as it is hashed: case, accents and outer blanks do not count (spec/20). */
export const normaliseAnswer = (text: string): string =>
  // Upper case first: it takes apart what has no single lower-case letter.
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim().toUpperCase().toLowerCase();
