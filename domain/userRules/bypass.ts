import { assertNever } from '../errors.ts';
import { toIso } from '../instants.ts';
import type { PresentUser } from '../user.ts';
import { openBypass } from '../user/bypass.ts';
import { reject, step, type RuleContext, type UserStep } from './rule.ts';

const maxSeconds = 86_400;

export type BypassCommand =
  /** Starts at once; takes the place of an older one. */
  | {
      readonly type: 'createBypass';
      readonly bypassId: string;
      readonly reason: string;
      readonly seconds?: number;
    }
  | { readonly type: 'revokeBypass' }
  /** The bypass's own timer has run out. */
  | { readonly type: 'expireBypass'; readonly bypassId: string };

/** @throws {Rejected} invalid, notFound */
export const decideBypass = (
  command: BypassCommand,
  user: PresentUser,
  { settings, nowMs }: RuleContext,
): UserStep => {
  const open = openBypass(user, nowMs);
  switch (command.type) {
    case 'createBypass': {
      const { bypassId, reason } = command;
      const seconds = command.seconds ?? settings.bypassSeconds;
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxSeconds)
        return reject('invalid', `seconds: a whole number from 1 to ${maxSeconds}`);
      if (reason.trim() === '') return reject('invalid', 'reason: say why');
      return step({
        user: [
          ...(user.bypass
            ? [
                {
                  type: 'BypassEnded',
                  data: { bypassId: user.bypass.bypassId, ended: open ? 'replaced' : 'expired' },
                } as const,
              ]
            : []),
          {
            type: 'BypassCreated',
            data: { bypassId, seconds, until: toIso(nowMs + seconds * 1000), reason },
          },
        ],
      });
    }
    case 'revokeBypass':
      return open
        ? step({
            user: [{ type: 'BypassEnded', data: { bypassId: open.bypassId, ended: 'revoked' } }],
          })
        : reject('notFound', 'the user has no open bypass');
    case 'expireBypass':
      return user.bypass?.bypassId === command.bypassId
        ? step({
            user: [{ type: 'BypassEnded', data: { bypassId: command.bypassId, ended: 'expired' } }],
          })
        : step({});
    default:
      return assertNever(command);
  }
};
