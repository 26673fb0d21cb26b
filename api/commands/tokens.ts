import { Rejected } from '../../domain/errors.ts';
import type { Changed, TokenOrder } from '../../domain/inputs.ts';
import { isWeakSecret, maxSecretLength, minSecretBits } from '../../domain/oathSecret.ts';
import { canonicalSerial } from '../../domain/token.ts';
import { present } from '../../domain/present.ts';
import type { Caller } from '../facade.ts';
import type { NewToken, TokenCommands } from '../facade/tokens.ts';
import { originOf, shown, type CommandContext } from './context.ts';
import { sealForUser, userIdOf } from './person.ts';
import { userChanger } from './users.ts';

/** OATH tokens of people and in stock. */
export const tokenCommands = (context: CommandContext): Omit<TokenCommands, 'importTokens'> => {
  const { newId, secrets } = context;
  const change = userChanger(context);
  const serialKey = (serial: string) => secrets.hash('serial', canonicalSerial(serial));

  const order = async (caller: Caller, wanted: TokenOrder): Promise<Changed> => {
    const id = newId();
    const origin = await originOf(context, caller, id);
    const input = { kind: 'token' as const, order: wanted, origin };
    const changed = await context.engine.execute('change', `change-${id}`, input);
    await shown(context, changed.position);
    return changed;
  };

  return {
    async assignOathToken(caller, username, token) {
      const userId = await userIdOf(context, username);
      const tokenId = newId();
      const made = token.secret === undefined;
      const secret = made ? context.newOathSecret() : token.secret;
      const bits = made ? madeBits : bitsOf(context, secret);
      const data = {
        tokenId,
        serial: token.serial ?? `CS${tokenId.slice(-10)}`,
        secret: await sealForUser(context, userId, 'secret', secret),
        digits: token.digits ?? 6,
        periodSeconds: token.periodSeconds ?? 30,
        ...(token.kind === 'hotp' ? { kind: 'hotp' as const, counter: token.counter ?? 0 } : {}),
        ...(isWeakSecret(bits) ? { weak: true } : {}),
      };
      await change(caller, { userId }, { type: 'assignToken', data });
      const { serial } = data;
      if (!made) return { tokenId, serial };
      return { tokenId, serial, secret, otpauth: linkOf(username, secret, token) };
    },

    async removeOathToken(caller, username, tokenId) {
      await change(caller, { username }, { type: 'disableToken', tokenId });
    },

    async assignStockToken(caller, username, serial) {
      const userId = await userIdOf(context, username);
      const key = serialKey(serial);
      const { result } = await order(caller, { type: 'assign', serialKey: key, userId });
      return { tokenId: result['tokenId']!, serial: result['serial']! };
    },

    async activateToken(caller, username, tokenId, code) {
      const userId = await userIdOf(context, username);
      const sealed = await sealForUser(context, userId, 'code', code);
      const { result } = await order(caller, { type: 'activate', userId, tokenId, code: sealed });
      if (result['code'] !== 'right') throw new Rejected('invalid', 'the code is wrong');
    },

    async resyncToken(caller, username, tokenId, [first, second]) {
      const userId = await userIdOf(context, username);
      const codes = [
        await sealForUser(context, userId, 'code', first),
        await sealForUser(context, userId, 'code', second),
      ] as const;
      await order(caller, { type: 'resync', userId, tokenId, codes });
    },

    async loseToken(caller, serial, reason) {
      await order(caller, { type: 'lose', serialKey: serialKey(serial), reason });
    },
  };
};

/** What the server makes (SEC-35). */
const madeBits = 160;

/** Bits of a secret as vendors write it. Its text never stands in an error. */
const bitsOf = ({ decodeBase32 }: CommandContext, secret: string): number => {
  const fault = new Rejected(
    'invalid',
    `secret: base32, at least ${minSecretBits} bits, at most ${maxSecretLength} characters`,
  );
  if (secret.length > maxSecretLength) throw fault;
  try {
    const bits = decodeBase32(secret).length * 8;
    if (bits >= minSecretBits) return bits;
  } catch {
    throw fault;
  }
  throw fault;
};

/** What apps read as a QR code. */
const linkOf = (username: string, secret: string, token: NewToken): string => {
  const kind = token.kind ?? 'totp';
  const label = encodeURIComponent(`Countersign:${username}`);
  const parameters = new URLSearchParams(
    present({
      secret: secret.toUpperCase(),
      issuer: 'Countersign',
      algorithm: 'SHA1',
      digits: String(token.digits ?? 6),
      ...(kind === 'hotp'
        ? { counter: String(token.counter ?? 0) }
        : { period: String(token.periodSeconds ?? 30) }),
    }),
  );
  return `otpauth://${kind}/${label}?${parameters.toString()}`;
};
