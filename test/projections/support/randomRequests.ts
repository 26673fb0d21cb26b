import type { ChallengedDevice, DeviceAnswer } from '../../../domain/events.ts';
import { authenticationStream, fraudReportStream, userStream } from '../../../domain/ids.ts';
import { resultCodes, type ResultCode } from '../../../domain/results.ts';
import { userKey } from '../../../domain/sealed.ts';
import { seal } from './fakeSecrets.ts';
import { byPhone } from './randomPhones.ts';
import { block, later, type Person, type World } from './world.ts';

const terminal = {
  approved: 'AuthenticationApproved',
  skipped: 'AuthenticationSkipped',
  denied: 'AuthenticationDenied',
  expired: 'AuthenticationExpired',
  failed: 'AuthenticationFailed',
  cancelled: 'AuthenticationCancelled',
} as const;
const anyCode = Object.keys(resultCodes) as ResultCode[];

/** One attempt of a person, or of a name that is not in the list, with one of its possible ends. */
export const authenticate = (world: World, person: Person | undefined): void => {
  const { log, random } = world;
  const requestId = random.id();
  const stream = authenticationStream(requestId);
  const owner = person ? userKey(person.id) : 'requests';
  const originKey = random.id();
  log.add(
    stream,
    'AuthenticationRequested',
    {
      channel: random.pick(['sdk', 'rest', 'radius']),
      application: random.pick(['VPN', 'Portal']),
      callerId: 'A1',
      originKey,
      requireUserMatch: random.chance(0.5),
      ...(person ? { userId: person.id } : {}),
      ...(person ? {} : { username: seal({ owner, stream, field: 'username' }, 'nobody') }),
      ...(random.chance(0.6)
        ? { initiatingIp: seal({ owner, stream, field: 'initiatingIp' }, '203.0.113.7') }
        : {}),
      ...(random.chance(0.2) ? { reference: 'ref-1' } : {}),
    },
    { onBehalfOf: seal({ owner: 'requests', stream: 'meta', field: 'onBehalfOf' }, 'helpdesk') },
  );
  log.add(stream, 'AuthenticationRuleMatched', { rule: '13 challenge' });
  const end = (code: ResultCode): void => {
    const type = terminal[resultCodes[code]];
    log.add(stream, type, { code, ...(person ? { userId: person.id } : {}) });
  };
  if (!person) return end(random.pick(['USER_NOT_FOUND', 'NOT_ENROLLED']));
  if (random.chance(0.1)) {
    log.add(stream, 'AuthenticationJoined', { leaderId: random.id() });
    if (random.chance(0.7)) end('APPROVED');
    return;
  }
  const devices = person.devices.map((deviceId) => ({
    deviceId,
    guid: random.uuid(),
    tokenHash: random.id(),
    oathCounter: '123456789012345678',
  }));
  challenge(world, person, { requestId, originKey, devices, end });
};

type Asked = {
  requestId: string;
  originKey: string;
  devices: ChallengedDevice[];
  end: (code: ResultCode) => void;
};

const challenge = (world: World, person: Person, asked: Asked): void => {
  const { log, random } = world;
  const { requestId, originKey, devices, end } = asked;
  const stream = authenticationStream(requestId);
  const user = userStream(person.id);
  const method = random.chance(0.3)
    ? random.pick(['call', 'sms'] as const)
    : devices.length > 0
      ? 'app'
      : 'oath';
  const expiresAt = later(log, 60_000);
  const fraud = { fraudAllowed: random.chance(0.8), fraudBlock: random.chance(0.5) };
  const where =
    method === 'app'
      ? { devices }
      : method === 'oath'
        ? { devices: [] }
        : { devices: [], which: 'primary' as const, masked: '+1 XXXXXXX147' };
  log.add(stream, 'AuthenticationChallengeSent', { method, expiresAt, ...fraud, ...where });
  const at = later(log, 0);
  log.add(user, 'UserChallengeOpened', { requestId, originKey, method, expiresAt, at });
  if (random.chance(0.1)) return;
  if (method === 'call' || method === 'sms') {
    const code = byPhone(world, requestId, method);
    return code && finish(world, person, asked, code);
  }
  if (method === 'oath') {
    const tokenId = person.tokens[0] ?? 'T0';
    const right = random.chance(0.7);
    log.add(stream, 'AuthenticationCodeSubmitted', {
      accepted: right,
      ...(right ? { tokenId } : { reason: 'WRONG_CODE' as const }),
      triesLeft: right ? 0 : 2,
    });
    if (right)
      log.add(user, 'UserCodeAccepted', { requestId, tokenId, step: 58_907_520, drift: 0, at });
    else log.add(user, 'UserCodeRefused', { requestId, reason: 'WRONG_CODE', at });
    return finish(world, person, asked, right ? 'APPROVED' : random.pick(anyCode));
  }
  const device = random.pick(devices);
  if (random.chance(0.2)) {
    const { deviceId } = device;
    log.add(stream, 'AuthenticationProofRefused', { deviceId, what: 'pin', triesLeft: 2 });
    log.add(user, 'UserPinRefused', { requestId, at });
  }
  const answer = random.pick(['approve', 'approve', 'deny', 'fraud'] as DeviceAnswer[]);
  if (random.chance(0.8))
    log.add(stream, 'AuthenticationDeviceAnswered', {
      deviceId: device.deviceId,
      guid: device.guid,
      answer,
      form: 'plain',
      address: seal({ owner: userKey(person.id), stream, field: 'address' }, '198.51.100.9'),
    });
  const codes = { approve: 'APPROVED', deny: 'USER_DENIED', fraud: 'FRAUD_REPORTED' } as const;
  if (answer === 'approve' && random.chance(0.2))
    log.add(stream, 'AuthenticationApprovalAwaited', {
      approvalId: requestId,
      policyId: 'P1',
      expiresAt,
      method,
      code: 'APPROVED',
    });
  const unanswered = ['NO_RESPONSE', 'SUPERSEDED', 'CALLER_GONE'] as const;
  if (random.chance(0.8)) finish(world, person, asked, codes[answer]);
  else if (random.chance(0.6)) finish(world, person, asked, random.pick(unanswered));
  else end(random.pick(anyCode));
  if (answer === 'fraud') reportFraud(world, person, requestId, device.deviceId);
};

const finish = (world: World, person: Person, asked: Asked, code: ResultCode): void => {
  asked.end(code);
  const at = later(world.log, 0);
  const { requestId } = asked;
  world.log.add(userStream(person.id), 'UserChallengeClosed', { requestId, code, at });
};

const reportFraud = (world: World, person: Person, requestId: string, deviceId: string): void => {
  const { log, random } = world;
  const stream = fraudReportStream(requestId);
  const blockId = random.chance(0.5) ? block(world, person, requestId) : undefined;
  const reported = { userId: person.id, requestId, deviceId };
  log.add(stream, 'FraudReported', { ...reported, ...(blockId ? { blockId } : {}) });
  if (random.chance(0.5))
    log.add(stream, 'FraudReviewed', { verdict: 'dismissed', note: 'A mistake' });
};
