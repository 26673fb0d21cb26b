import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import type { RestClient } from './rest.ts';

import { sdkClient, type SdkClient } from './sdk.ts';
import type { ServerProcess } from './serverProcess.ts';

const otp = otplibOtp();
const stepMs = 30_000;
const digits = 6;

/** Somebody with an OATH token. */
export type OathUser = {
  readonly username: string;
  readonly userId: string;
  readonly secret: string;
  /** The code that is right now. */
  rightCode(): string;
  /** A code that is wrong now and for the next minutes; other numbers give other codes. */
  wrongCode(number: number): string;
};

export const addOathUser = async (rest: RestClient, username: string): Promise<OathUser> => {
  const { userId } = await rest.ok<{ userId: string }>('POST', '/users', {
    username,
    method: 'oath',
  });
  const { secret } = await rest.ok<{ secret: string }>('POST', `/users/${username}/tokens`, {});
  const stepNow = () => Math.floor(Date.now() / stepMs);
  return {
    username,
    userId,
    secret,
    rightCode: () => otp.codeAt(secret, stepNow(), digits),
    wrongCode(number) {
      const right = new Set(
        Array.from({ length: 30 }, (_, step) => otp.codeAt(secret, stepNow() - 5 + step, digits)),
      );
      for (let guess = number; ; guess += 1) {
        const code = String(guess % 10 ** digits).padStart(digits, '0');
        if (!right.has(code)) return code;
      }
    },
  };
};

/** More than any test calls: what an account may call a second is not what these tests are about. */
const asOftenAsItLikes = { callsPerSecond: 100_000, openCalls: 10_000 } as const;

export const addSdkAccount = async (
  rest: RestClient,
  name: string,
  limits: object | false = asOftenAsItLikes,
): Promise<{ username: string; password: string }> => {
  if (limits)
    await rest.ok('PUT', `/configuration/sdkCaller/${name}`, { account: name, ...limits });
  return await rest.ok('POST', '/service-accounts', { name });
};

/** A caller of the Web Service SDK at one process of a server. */
export const sdkOf = (
  { info }: ServerProcess,
  account: { readonly username: string; readonly password: string },
): SdkClient => sdkClient({ ...info, account });

const partSize = 10;

/** Does the same for each, ten at a time: faster than one by one, and below what one token may call a second. */
export const inParts = async <From, To>(
  all: readonly From[],
  make: (from: From) => Promise<To>,
): Promise<readonly To[]> => {
  const done: To[] = [];
  for (let at = 0; at < all.length; at += partSize)
    done.push(...(await Promise.all(all.slice(at, at + partSize).map(make))));
  return done;
};
