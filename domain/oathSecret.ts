/** Bounds of an OATH secret (SEC-35; spec/20 'OATH tokens'). */
export const minSecretBits = 80;
const strongBits = 128;
/** Characters of base32. */
export const maxSecretLength = 128;

/** Counters that are computed exactly, with room for all that a token will ever count. */
export const maxCounter = 2 ** 48;

/** RFC 4226 §4 asks for at least 128 bits; tokens with less are taken, and marked. */
export const isWeakSecret = (bits: number): boolean => bits < strongBits;
