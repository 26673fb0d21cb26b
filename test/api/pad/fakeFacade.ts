import { randomUUID } from 'node:crypto';
import { Unavailable } from '../../../api/facade.ts';
import type { Push, PushAnswer, Waiting } from '../../../api/facade.ts';
import type { MobileFacade } from '../../../api/pad/service.ts';

export const issuedCode = '417206935';
export const confirmationCode = '6120947385512046';
export const oathSecret = 'ledxob4zljcwi4n44qr3ogpi5klybsx3';
export const deviceId = '70c1d5de-8f0e-4a57-9a0b-1c2e3d4f5a6b';
const tenantId = '2d7c9a10-5e4b-4c39-a1f6-7b8e0c2d4f63';
const groupKey = '3f9a6c0e5b7d42819ad0c4e8f16b2753';
const requestLifeMs = 60_000;

/**
 * The rules as phones see them, in memory: one code, mailboxes, answers that count once. It outlives the HTTP
 * server in front of it, as the real one does.
 */
export type FakeFacade = MobileFacade & {
  /** Where the service's pushes say that they are answered. */
  url: string;
  down: boolean;
  /** Every answer that reached the rules, recorded or not. */
  readonly answers: PushAnswer[];
  readonly activations: unknown[];
  readonly decisions: ReadonlyMap<string, string>;
  /** Sends a sign-in request to a device. @returns its guid */
  ask(tokenHash: string, more?: Record<string, string>): string;
  withdraw(tokenHash: string, guid: string): void;
};

export const fakeFacade = (): FakeFacade => {
  const mailboxes = new Map<string, Push[]>();
  const owners = new Map<string, string>();
  const decisions = new Map<string, string>();
  const validations = new Map<string, (valid: boolean) => void>();
  const listeners = new Set<() => void>();
  let codeOpen = true;
  let confirmable = false;

  const guard = (): void => {
    if (facade.down) throw new Unavailable('down');
  };
  const put = (tokenHash: string, push: Push): void => {
    mailboxes.set(tokenHash, [...(mailboxes.get(tokenHash) ?? []), push]);
    for (const listener of listeners) listener();
  };
  const drop = (guid: string): void => {
    for (const [owner, pushes] of mailboxes) {
      mailboxes.set(
        owner,
        pushes.filter((push) => push['guid'] !== guid),
      );
    }
  };
  const changed = (waitMs: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      listeners.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  const stateOf = (guid: string, tokenHash: string): 'open' | 'answered' | 'notOpen' => {
    if (owners.get(guid) !== tokenHash) return 'notOpen';
    return decisions.has(guid) ? 'answered' : 'open';
  };

  const facade: FakeFacade = {
    url: 'mfa.example.org/pa',
    down: false,
    answers: [],
    activations: [],
    decisions,
    ask: (tokenHash, more = {}) => {
      const guid = randomUUID();
      owners.set(guid, tokenHash);
      put(tokenHash, {
        v: '1',
        type: 'auth',
        source: 'MFA Server',
        guid,
        url: facade.url,
        mode: 'standard',
        groupKey,
        phoneAppDetailId: deviceId,
        tenantId,
        accountName: 'Example Org',
        username: 'jsmith@example.org',
        expiration: String(Math.floor((Date.now() + requestLifeMs) / 1_000)),
        fraudAllowed: 'true',
        oathCounter: '1234567890123456789',
        applicationName: 'VPN',
        clientAddress: '203.0.113.7',
        ...more,
      });
      return guid;
    },
    withdraw: (tokenHash, guid) => {
      drop(guid);
      put(tokenHash, { v: '1', type: 'withdraw', guid });
    },
    commands: {
      beginActivation: async (call, { waitMs, signal }: Waiting) => {
        guard();
        facade.activations.push(call);
        if (call.code === '900000001') return { kind: 'notAllowed' };
        if (call.code !== issuedCode || !codeOpen) return { kind: 'failed' };
        codeOpen = false;
        const guid = randomUUID();
        owners.set(guid, call.tokenHash);
        const { promise, resolve } = Promise.withResolvers<boolean>();
        validations.set(guid, resolve);
        put(call.tokenHash, {
          v: '1',
          type: 'validate',
          source: 'MFA Server',
          guid,
          url: facade.url,
          tenantId,
          oathCounter: '4611686018427387905',
        });
        const timer = setTimeout(() => resolve(false), waitMs);
        signal?.addEventListener('abort', () => resolve(false), { once: true });
        const valid = call.codesOnly || (await promise);
        clearTimeout(timer);
        drop(guid);
        validations.delete(guid);
        codeOpen = !valid;
        confirmable = valid;
        return valid
          ? {
              kind: 'activated',
              username: 'jsmith@example.org',
              tenantId,
              objectId: '9e8f1b2a-3c4d-4e5f-8a6b-7c9d0e1f2a3b',
              confirmationCode: call.codesOnly ? '0' : confirmationCode,
              oathSecret,
              deviceId,
              groupKey,
            }
          : { kind: 'failed' };
      },
      validateDevice: ({ guid, tokenHash, valid, wantsPermit }) => {
        guard();
        const state = stateOf(guid, tokenHash);
        if (state !== 'open') return Promise.resolve({ kind: state });
        decisions.set(guid, valid ? 'valid' : 'unknown account');
        drop(guid);
        validations.get(guid)?.(valid);
        return Promise.resolve({
          kind: 'recorded',
          groupKey,
          accountName: 'Example Org',
          username: 'jsmith@example.org',
          ...(wantsPermit ? { permit: 'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP' } : {}),
        });
      },
      confirmActivation: (code) => {
        guard();
        const right = confirmable && code === confirmationCode;
        confirmable &&= !right;
        return Promise.resolve(right ? { deviceId } : undefined);
      },
      answerPush: (call) => {
        guard();
        facade.answers.push(call);
        const state = stateOf(call.guid, call.tokenHash);
        if (state !== 'open') return Promise.resolve({ answer: state, triesLeft: 0 });
        decisions.set(call.guid, call.answer);
        drop(call.guid);
        return Promise.resolve({ answer: 'recorded', triesLeft: 0 });
      },
      changeDeviceToken: ({ permit }) =>
        Promise.resolve(permit === 'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP'),
      issuePermit: () => Promise.resolve('b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP'),
    },
    queries: {
      pull: async (tokenHash, { waitMs, signal }) => {
        guard();
        if ((mailboxes.get(tokenHash) ?? []).length === 0) await changed(waitMs, signal);
        const pushes = mailboxes.get(tokenHash) ?? [];
        mailboxes.set(
          tokenHash,
          pushes.filter(({ type }) => type !== 'withdraw'),
        );
        return pushes;
      },
      pushDetails: (guid, tokenHash) => {
        guard();
        const state = stateOf(guid, tokenHash);
        if (state !== 'open') return Promise.resolve(state);
        const push = (mailboxes.get(tokenHash) ?? []).find(
          (candidate) => candidate['guid'] === guid,
        );
        return Promise.resolve(push ?? 'notOpen');
      },
      canWrite: () => Promise.resolve(!facade.down),
    },
  };
  return facade;
};
