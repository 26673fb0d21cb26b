import type { TokenCommands, TokenQueries } from '../../../api/facade/tokens.ts';
import type { SpareCodeCommands, SpareCodeQueries } from '../../../api/facade/spareCodes.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

/** Tokens and spare codes in memory: one code is right, one serial number is in stock. */
export const fakeTokenCommands = ({
  called,
  change,
}: Pick<FakeWorld, 'called' | 'change'>): TokenCommands & SpareCodeCommands => ({
  async assignOathToken(caller, username, token) {
    called('assignOathToken', caller, username, token);
    const made = {
      tokenId: newId(),
      serial: token.serial ?? 'T-1',
      kind: token.kind ?? ('totp' as const),
      digits: token.digits ?? 6,
      periodSeconds: token.periodSeconds ?? 30,
      state: 'active' as const,
    };
    change(username, { tokens: [made] });
    const { tokenId, serial } = made;
    return token.secret === undefined
      ? { tokenId, serial, secret: 'ABCDEFGHIJKLMNOPQRST234567ABCDEF', otpauth: 'otpauth://totp/x' }
      : { tokenId, serial };
  },
  async removeOathToken(caller, username, tokenId) {
    called('removeOathToken', caller, username, tokenId);
    change(username, { tokens: [] });
  },
  async assignStockToken(caller, username, serial) {
    called('assignStockToken', caller, username, serial);
    if (serial !== 'S1')
      throw new Rejected('notFound', 'there is no token with this serial number');
    return { tokenId: newId(), serial };
  },
  async activateToken(caller, username, tokenId, code) {
    called('activateToken', caller, username, tokenId, code);
    if (code !== '123456') throw new Rejected('invalid', 'the code is wrong');
  },
  async resyncToken(caller, username, tokenId, codes) {
    called('resyncToken', caller, username, tokenId, codes);
  },
  async importTokens(caller, file) {
    called('importTokens', caller, file);
    return { importId: newId() };
  },
  async loseToken(caller, serial, reason) {
    called('loseToken', caller, serial, reason);
  },
  async issueRecoveryCodes(caller, username) {
    called('issueRecoveryCodes', caller, username);
    return { codes: Array.from({ length: 10 }, () => 'ABCD-EFGH-IJKL-MNOP') };
  },
  async issueAccessPass(caller, username, pass) {
    called('issueAccessPass', caller, username, pass);
    return { passId: newId(), code: 'ABCD-EFGH-IJKL-MNOP', until: at };
  },
  async revokeAccessPass(caller, username) {
    called('revokeAccessPass', caller, username);
  },
  async setSecurityQuestions(caller, username, pairs) {
    called('setSecurityQuestions', caller, username, pairs);
  },
  async resetSecurityQuestions(caller, username) {
    called('resetSecurityQuestions', caller, username);
  },
});

export const fakeTokenQueries = (): TokenQueries & SpareCodeQueries => ({
  spareCodes: async (username) =>
    username === 'none' ? undefined : { recoveryCodesLeft: 9, questions: ['One?'] },
  listTokens: async () => ({
    rows: [
      {
        tokenId: newId(),
        serial: 'S1',
        kind: 'totp',
        digits: 6,
        periodSeconds: 30,
        manufacturer: 'Acme',
        model: 'One',
        weak: false,
        state: 'imported',
        importedAt: at,
      },
    ],
  }),
});
