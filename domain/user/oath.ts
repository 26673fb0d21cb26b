import type { DomainEvent } from '../events.ts';
import { toMs } from '../instants.ts';
import type { Sealed } from '../sealed.ts';
import type { Devices } from './devices.ts';

/** Something that shows codes: an app with its seed, or an OATH token. */
export type OathSource = {
  /** Token id, or the device's id for an app. */
  readonly tokenId: string;
  readonly secret: Sealed;
  /** Where the seed was sealed: the field of the event that brought it. */
  readonly field: 'secret' | 'oathSecret';
  readonly digits: number;
  readonly periodSeconds: number;
  /** By its clock (RFC 6238), or by its counter (RFC 4226). */
  readonly kind: 'totp' | 'hotp';
  /** Difference of a clock, in steps. */
  readonly drift: number;
  /** Last step, or last counter, that passed; only later ones pass again. */
  readonly lastStep: number | undefined;
  readonly status: 'active' | 'assigned';
  /** Stays the person's when they register anew. */
  readonly hardware: boolean;
  /** Under which a hardware token stands in stock; undefined for all others. */
  readonly serial: string | undefined;
  /** Wrong activation codes, newest last (ms). */
  readonly refusedAtMs: readonly number[];
};

export type OathSources = { readonly oathSources: readonly OathSource[] };

export const noOathSources: OathSources = { oathSources: [] };

const appCode = { digits: 6, periodSeconds: 30, kind: 'totp' } as const;
const fresh = {
  lastStep: undefined,
  status: 'active',
  hardware: false,
  serial: undefined,
  refusedAtMs: [],
} as const;
const keptRefusals = 10;

/** What shows codes that count: active tokens, and apps once their activation is confirmed. */
export const usableOathSources = (user: OathSources & Devices): readonly OathSource[] =>
  user.oathSources.filter(
    (source) =>
      source.status === 'active' &&
      !user.devices.some((d) => d.deviceId === source.tokenId && d.status === 'pending'),
  );

export const evolveOathSources = <U extends OathSources>(user: U, event: DomainEvent): U => {
  const source = (tokenId: string, change: (source: OathSource) => OathSource): U => ({
    ...user,
    oathSources: user.oathSources.map((s) => (s.tokenId === tokenId ? change(s) : s)),
  });
  const without = (gone: (source: OathSource) => boolean): U => ({
    ...user,
    oathSources: user.oathSources.filter((s) => !gone(s)),
  });
  switch (event.type) {
    case 'UserCodeAccepted': {
      const { tokenId, step, drift } = event.data;
      return source(tokenId, (s) => ({ ...s, lastStep: step, drift }));
    }
    case 'DeviceActivated': {
      const { deviceId, oathSecret, drift } = event.data;
      if (oathSecret === undefined) return user;
      const app: OathSource = {
        tokenId: deviceId,
        secret: oathSecret,
        field: 'oathSecret',
        ...appCode,
        ...fresh,
        drift,
      };
      return { ...user, oathSources: [...user.oathSources, app] };
    }
    case 'DeviceRemoved':
      return without((s) => s.tokenId === event.data.deviceId);
    case 'UserRegistrationReset': {
      const gone = new Set([...event.data.deviceIds, ...event.data.tokenIds]);
      const kept = user.oathSources.filter(({ tokenId }) => !gone.has(tokenId));
      // What stays must be activated anew.
      return { ...user, oathSources: kept.map((s) => ({ ...s, status: 'assigned' as const })) };
    }
    case 'TokenAssigned': {
      const { tokenId, secret, digits, periodSeconds, kind, counter, needsActivation } = event.data;
      const token: OathSource = {
        tokenId,
        secret,
        field: 'secret',
        digits,
        periodSeconds,
        kind: kind ?? 'totp',
        drift: 0,
        ...fresh,
        // The next counter is the first that may pass.
        lastStep: kind === 'hotp' && counter !== undefined && counter > 0 ? counter - 1 : undefined,
        status: needsActivation ? 'assigned' : 'active',
        ...(event.data.hardware ? { hardware: true, serial: event.data.serial } : {}),
      };
      return { ...user, oathSources: [...user.oathSources, token] };
    }
    case 'TokenActivated':
      return source(event.data.tokenId, (s) => ({
        ...s,
        status: 'active',
        refusedAtMs: [],
        lastStep: event.data.step ?? s.lastStep,
        drift: event.data.drift ?? s.drift,
      }));
    case 'TokenActivationRefused':
      return source(event.data.tokenId, (s) => ({
        ...s,
        refusedAtMs: [...s.refusedAtMs, toMs(event.data.at)].slice(-keptRefusals),
      }));
    case 'TokenResynced': {
      const { tokenId, drift, step } = event.data;
      return source(tokenId, (s) => ({ ...s, drift, lastStep: step }));
    }
    case 'TokenDisabled':
      return without((s) => s.tokenId === event.data.tokenId);
    default:
      return user;
  }
};
