import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import type { Pins } from './port.ts';
import { createSlots } from './slots.ts';

/** SEC-50: 19 MiB, 2 passes, one lane. */
const memoryKiB = 19_456;
const passes = 2;
const lanes = 1;
const saltBytes = 16;
const tagBytes = 32;
/** RFC 9106 §3.1, in decimal as PHC strings have it. */
const argonVersion = '19';

/** Hashes at once: they run on threads that the log's and the network's file work shares. */
const maxAtOnce = 2;
/** Hashes that may wait; at 25 ms each the last of them waits for 12 s. */
const maxWaiting = 1_000;

const form =
  /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
/** The costliest hash that is computed at all: a stored text must not be able to hold the process. */
const maxMemoryKiB = 65_536;
const maxPasses = 10;

type Costs = { readonly memory: number; readonly passes: number; readonly parallelism: number };

/** PINs and answers as argon2id over Node's own implementation (RFC 9106, PHC string format). */
export const argon2Pins = (): Pins => {
  const slots = createSlots({ atOnce: maxAtOnce, waiting: maxWaiting });
  const derive = (text: string, salt: Buffer, length: number, costs: Costs): Promise<Buffer> =>
    slots(() =>
      tagOf({
        message: Buffer.from(text, 'utf8'),
        nonce: salt,
        tagLength: length,
        memory: costs.memory,
        passes: costs.passes,
        parallelism: costs.parallelism,
      }),
    );
  return {
    async hash(text) {
      const salt = randomBytes(saltBytes);
      const costs = { memory: memoryKiB, passes, parallelism: lanes };
      const tag = await derive(text, salt, tagBytes, costs);
      const cost = `m=${memoryKiB},t=${passes},p=${lanes}`;
      return `$argon2id$v=${argonVersion}$${cost}$${unpadded(salt)}$${unpadded(tag)}`;
    },
    async verify(hash, text) {
      const [, memory, times, parallelism, salt, tag] = form.exec(hash) ?? [];
      const costs = {
        memory: Number(memory),
        passes: Number(times),
        parallelism: Number(parallelism),
      };
      if (salt === undefined || tag === undefined || !isBearable(costs)) return false;
      const known = Buffer.from(tag, 'base64');
      const computed = await derive(text, Buffer.from(salt, 'base64'), known.length, costs);
      return timingSafeEqual(computed, known);
    },
  };
};

/** RFC 9106 §3.1 asks for at least 8 KiB a lane. */
const isBearable = ({ memory, passes: times, parallelism }: Costs): boolean =>
  parallelism >= 1 &&
  times >= 1 &&
  times <= maxPasses &&
  memory >= 8 * parallelism &&
  memory <= maxMemoryKiB;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** On a thread of its own, so that the event loop goes on. */
export const tagOf = (parameters: Argon2Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });
