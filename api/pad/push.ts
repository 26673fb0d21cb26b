import { isUuid } from './fields.ts';

/** What an app does with a push (contracts/mobile-app.md section 6); anything it does not know, nothing. */
export type PushAction =
  | 'validate'
  | 'validate-v2'
  | 'prompt'
  | 'prompt-pin'
  | 'prompt-pick'
  | 'prompt-type'
  | 'withdraw'
  | 'ignore';

export const classifyPush = (push: Readonly<Record<string, string>>): PushAction => {
  const { type, source, guid = '', url = '' } = push;
  if (!isUuid(guid.toLowerCase())) return 'ignore';
  if (type === 'withdraw') return 'withdraw';
  if (source !== 'MFA Server' || url === '') return 'ignore';
  if (type === 'validate') {
    return push['deviceTokenChangeVersion'] === 'V2' ? 'validate-v2' : 'validate';
  }
  return type === 'auth' ? promptOf(push) : 'ignore';
};

const promptOf = (push: Readonly<Record<string, string>>): PushAction => {
  if (push['mode'] === 'pin') return 'prompt-pin';
  if (push['entropyMode'] === 'type') return 'prompt-type';
  return Object.keys(push).some((key) => key.endsWith('EntropyChallenge'))
    ? 'prompt-pick'
    : 'prompt';
};

/** Where the answer to a push goes: its `url` has neither scheme nor trailing slash, except in test set-ups. */
export const padUrlOf = (pushUrl: string): string => {
  const trimmed = pushUrl.replace(/\/$/, '');
  return `${/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`}/pad`;
};
