import { randomBytes } from 'node:crypto';

/** The counter starts in the lower half of its 12 bits, which leaves 2,048 ids a millisecond at least. */
const maxCounter = 0xfff;
const maxFirstCounter = 0x7ff;

let lastMs = 0;
let counter = 0;

/**
 * A new id: 32 upper-case hexadecimal digits of a UUIDv7 (RFC 9562 §5.7, counter as in §6.2 method 1),
 * greater than every one before it in this process even if the clock is set back.
 */
export function newId(): string {
  const random = randomBytes(10);
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = random.readUInt16BE(0) & maxFirstCounter;
  } else if (counter < maxCounter) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = random.readUInt16BE(0) & maxFirstCounter;
  }
  random.writeUInt8((random.readUInt8(2) & 0x3f) | 0x80, 2);
  const head = lastMs.toString(16).padStart(12, '0');
  const middle = counter.toString(16).padStart(3, '0');
  return `${head}7${middle}${random.toString('hex', 2)}`.toUpperCase();
}
