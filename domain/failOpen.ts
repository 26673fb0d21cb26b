import { defaultSettings, type SettingName, type Settings } from './settings.ts';

/** Settings that let sign-ins succeed where something is missing, with the value that does it (SEC-44). */
export const failOpen = {
  whenUserDisabled: {
    value: 'succeed',
    lets: 'people whose account is disabled get in without a second factor',
  },
  whenDeliveryUnreachable: {
    value: 'succeed',
    lets: 'people whom no provider can call or text get in without a second factor',
  },
} as const satisfies Partial<
  Record<SettingName, { readonly value: string; readonly lets: string }>
>;

type OpeningName = keyof typeof failOpen;

export const isOpening = (name: string, value: unknown): name is OpeningName =>
  Object.hasOwn(failOpen, name) &&
  Object.entries(failOpen).some(([own, { value: opens }]) => own === name && opens === value);

export type OpenDoor = {
  readonly setting: OpeningName;
  readonly value: string;
  /** Who gets in by it, in words. */
  readonly lets: string;
  /** The value that closes it. */
  readonly closedBy: string;
};

/** What is open now. */
export const openDoors = (settings: Settings): readonly OpenDoor[] =>
  Object.entries(settings).flatMap(([name, value]) => {
    if (!isOpening(name, value)) return [];
    const { value: opens, lets } = failOpen[name];
    return [{ setting: name, value: opens, lets, closedBy: defaultSettings[name] }];
  });
