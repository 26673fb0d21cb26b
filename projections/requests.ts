import type { StoredEvent } from '../adapters/eventStore/port.ts';
import { resultCodes, type ResultCode } from '../domain/results.ts';
import type { DeviceAnswer } from '../domain/events.ts';
import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';
import type { Pending, Rows } from './rows.ts';

const requests = table({
  name: 'requests',
  key: 'requestId',
  columns: {
    requestId: 'text',
    position: 'integer',
    at: 'text',
    endedAt: 'text?',
    userId: 'text?',
    nameKey: 'text?',
    usernameSealed: 'text?',
    initiatingIpSealed: 'text?',
    application: 'text',
    channel: 'text',
    callerId: 'text',
    reference: 'text?',
    method: 'text?',
    state: 'text',
    code: 'text?',
    rule: 'text?',
    leaderId: 'text?',
    mode: 'text?',
    direction: 'text?',
    numberMatch: 'text?',
    pinTries: 'integer',
    pinChange: 'integer',
    phone: 'text',
    approvalId: 'text?',
    contextSealed: 'text?',
    expiresAt: 'text?',
    fraudAllowed: 'integer',
    fraudBlock: 'integer',
    devices: 'text',
  },
  findBy: ['position'],
  indexes: [
    ['userId', 'position'],
    ['nameKey', 'position'],
    ['state', 'position'],
    ['state', 'expiresAt'],
  ],
});

type Ended = StoredEvent & { readonly data: { readonly code: ResultCode } };

const ended = (event: Ended, rows: Rows): Pending<void> =>
  rows.change('requests', streamId(event), {
    state: resultCodes[event.data.code],
    code: event.data.code,
    endedAt: event.meta.at,
  });

/** One row an authentication request, open or ended. */
export const requestsProjection: Projection = {
  name: 'requests',
  version: 4,
  tables: [requests],
  on: {
    AuditRetentionApplied: expiring({
      family: 'logins',
      table: 'requests',
      key: 'requestId',
      age: 'position',
      people: ({ userId }) => [userId],
    }),
    async AuthenticationRequested(event, rows, tools) {
      const { data, meta, stream } = event;
      const unknown = data.userId === undefined ? data.username : undefined;
      const place = { owner: 'requests', stream, field: 'username' } as const;
      rows.put('requests', {
        requestId: streamId(event),
        position: event.position,
        at: meta.at,
        endedAt: null,
        userId: data.userId ?? null,
        nameKey: unknown === undefined ? null : tools.nameKey(await tools.open(place, unknown)),
        usernameSealed: data.username ?? null,
        initiatingIpSealed: data.initiatingIp ?? null,
        application: data.application,
        channel: data.channel,
        callerId: data.callerId,
        reference: data.reference ?? null,
        method: null,
        state: 'awaiting-user',
        code: null,
        rule: null,
        leaderId: null,
        mode: null,
        direction: null,
        numberMatch: null,
        pinTries: 0,
        pinChange: 0,
        phone: '',
        approvalId: null,
        contextSealed: data.context ?? null,
        expiresAt: null,
        fraudAllowed: 0,
        fraudBlock: 0,
        devices: '[]',
      });
    },
    AuthenticationRuleMatched: (event, rows) =>
      rows.change('requests', streamId(event), { rule: event.data.rule }),
    AuthenticationJoined: (event, rows) =>
      rows.change('requests', streamId(event), {
        state: 'joined',
        leaderId: event.data.leaderId,
      }),
    AuthenticationChallengeSent: (event, rows) => {
      const { method, expiresAt, fraudAllowed, fraudBlock, devices } = event.data;
      return rows.change('requests', streamId(event), {
        method,
        expiresAt,
        state:
          method === 'oath' ? 'awaiting-code' : method === 'app' ? 'awaiting-user' : 'challenging',
        direction: event.data.direction ?? null,
        mode: event.data.mode ?? 'standard',
        numberMatch: event.data.numberMatch ?? null,
        pinTries: event.data.pinTries ?? 0,
        pinChange: event.data.pinChangeRequired ? 1 : 0,
        phone: event.data.masked ?? '',
        fraudAllowed: fraudAllowed ? 1 : 0,
        fraudBlock: fraudBlock ? 1 : 0,
        devices: JSON.stringify(devices.map(({ deviceId }) => ({ deviceId }))),
      });
    },
    async AuthenticationContactAccepted(event, rows) {
      const request = await rows.get('requests', streamId(event));
      if (!request) return;
      const typed = request.method === 'sms' && request.direction !== 'twoWay';
      rows.put('requests', { ...request, state: typed ? 'awaiting-code' : 'awaiting-user' });
    },
    AuthenticationFallbackStarted: (event, rows) => {
      const { data } = event;
      return rows.change(
        'requests',
        streamId(event),
        data.to === 'oath'
          ? { state: 'awaiting-code', method: 'oath', expiresAt: data.expiresAt }
          : { state: 'challenging', expiresAt: data.expiresAt, phone: data.masked ?? '' },
      );
    },
    AuthenticationProofRefused: (event, rows) =>
      rows.change('requests', streamId(event), { pinTries: event.data.triesLeft }),
    AuthenticationApprovalAwaited: (event, rows) => {
      const { approvalId, expiresAt, method } = event.data;
      return rows.change('requests', streamId(event), {
        state: 'awaiting-approval',
        approvalId,
        expiresAt,
        method,
      });
    },
    async AuthenticationCodeSubmitted(event, rows) {
      const request = await rows.get('requests', streamId(event));
      // A code that came with the request: nobody was asked, but this is how it was proved.
      if (request?.method === null) rows.put('requests', { ...request, method: 'oath' });
    },
    async AuthenticationDeviceAnswered(event, rows) {
      const request = await rows.get('requests', streamId(event));
      if (!request) return;
      const { deviceId, answer } = event.data;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above
      const devices = JSON.parse(request.devices) as { deviceId: string; answer?: DeviceAnswer }[];
      const answered = devices.map((d) => (d.deviceId === deviceId ? { deviceId, answer } : d));
      rows.put('requests', { ...request, devices: JSON.stringify(answered) });
    },
    AuthenticationApproved: ended,
    AuthenticationSkipped: ended,
    AuthenticationDenied: ended,
    AuthenticationExpired: ended,
    AuthenticationFailed: ended,
    AuthenticationCancelled: ended,
  },
};
