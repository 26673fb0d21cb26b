import { present } from './present.ts';

/** What a caller wants the person to be shown beside the application (spec/65 `context`). */
export type ShownContext = {
  readonly title?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly location?: string;
};

/** The part of a push that says what is approved, by the names that pushes carry it under. */
export type ShownPush = {
  readonly contextTitle?: string;
  readonly contextDetails?: string;
  readonly applicationName?: string;
  readonly accountName?: string;
};

const maxTitleLength = 120;
const maxTextLength = 256;
/** Bytes of it, so that it fits into a push whatever else stands there: what is signed must not depend on the rest. */
const maxShownBytes = 2_000;

/** Cuts between characters, never inside one. */
export const clip = (text: string, length: number): string =>
  Array.from(text).slice(0, length).join('');

export const bytesOf = (push: object): number =>
  new TextEncoder().encode(JSON.stringify(push)).length;

/** Server and push agree on this by calling it: the device signs what it was shown (SEC-49). */
export const shownPush = (asked: {
  readonly application: string;
  readonly account: string;
  readonly context: ShownContext;
}): ShownPush => {
  const { title, details } = asked.context;
  const shown = {
    ...present({ contextTitle: title === undefined ? undefined : clip(title, maxTitleLength) }),
    applicationName: clip(asked.application, maxTextLength),
    accountName: clip(asked.account, maxTextLength),
  };
  if (details === undefined) return shown;
  const whole = { ...shown, contextDetails: JSON.stringify(details) };
  // Half of a list of pairs would say something else than the whole.
  return bytesOf(whole) > maxShownBytes ? shown : whole;
};

/** The sealed text is JSON of what the edge checked; one that cannot be read any more shows nothing. */
export const readShownContext = (text: string): ShownContext => {
  try {
    const context: unknown = JSON.parse(text);
    return typeof context === 'object' && context !== null ? context : {};
  } catch {
    return {};
  }
};

/** Unambiguous, and the same in every JavaScript engine. */
export const shownText = (push: ShownPush): string =>
  JSON.stringify([
    push.contextTitle ?? '',
    push.contextDetails ?? '',
    push.applicationName ?? '',
    push.accountName ?? '',
  ]);
