import { policyWith, usualStage } from '../../../domain/approval/policy.ts';
import { approvalStream, userStream } from '../../../domain/ids.ts';
import { userKey } from '../../../domain/sealed.ts';
import { seal } from './fakeSecrets.ts';
import { later, type Person, type World } from './world.ts';

type Told = {
  readonly world: World;
  readonly approvalId: string;
  readonly stream: string;
  readonly approverId: string;
  readonly sealed: (field: string, plain: string) => ReturnType<typeof seal>;
};

const asked = { stage: 1, level: 0 } as const;

/** A request for approval, asked about, decided or not, with the grant that it may lead to. */
export const approval = (world: World, person: Person): void => {
  const { log, random, people } = world;
  const approvalId = random.id();
  const stream = approvalStream(approvalId);
  const approverId = random.pick(people).id;
  const sealed = (field: string, plain: string) =>
    seal({ owner: userKey(person.id), stream, field }, plain);
  const level = { approvers: { kind: 'user', userId: approverId } } as const;
  log.add(stream, 'ApprovalRequested', {
    policyId: random.id(),
    policyVersion: 1,
    policy: policyWith({ name: 'Servers', stages: [usualStage(level.approvers)] }),
    requestorId: person.id,
    callerId: 'A1',
    subject: { kind: 'pam-role', id: 'R1', name: 'Domain admins' },
    title: sealed('title', 'Confidential title'),
    ...(random.chance(0.5)
      ? { justification: sealed('justification', 'Confidential reason') }
      : {}),
    ...(random.chance(0.3) ? { beneficiaryId: approverId } : {}),
    hash: random.id(),
  });
  const told: Told = { world, approvalId, stream, approverId, sealed };
  if (random.chance(0.1)) return void log.add(stream, 'ApprovalFailed', { fault: 'NO_APPROVERS' });
  if (random.chance(0.4) && !verified(told)) return;
  if (random.chance(0.1)) {
    log.add(stream, 'ApprovalSkipped', { rule: 'skipWhen' });
    log.add(stream, 'ApprovalGranted', { by: 'rule' });
    return;
  }
  ask(told);
  random.pick([decide, decide, decide, giveUp])(told);
};

const verified = ({ world: { log, random }, stream }: Told): boolean => {
  const authenticationId = random.id();
  log.add(stream, 'ApprovalRequestorAsked', { authenticationId });
  const right = random.chance(0.8);
  log.add(stream, 'ApprovalRequestorAnswered', {
    authenticationId,
    code: right ? 'APPROVED' : 'USER_DENIED',
    verified: right,
  });
  if (!right) log.add(stream, 'ApprovalRejected', { reason: 'requestorNotVerified' });
  return right;
};

const ask = ({ world, stream, approverId }: Told): void => {
  const { log, random } = world;
  if (random.chance(0.2))
    log.add(stream, 'ApprovalLookupFailed', { ...asked, giveUpAt: later(log, 3_600_000) });
  log.add(stream, 'ApprovalStageStarted', {
    ...asked,
    approvers: { kind: 'people', userIds: [approverId], count: 1 },
    quorum: 1,
    dueAt: later(log, 600_000),
    remindAt: [later(log, 300_000)],
  });
  log.add(stream, 'ApproverAsked', { ...asked, approverId });
  if (random.chance(0.3))
    log.add(stream, 'ApprovalReminded', { ...asked, index: 0, approverIds: [approverId] });
  if (random.chance(0.2)) {
    const delegation = { delegateId: random.id(), delegationId: random.id() };
    log.add(stream, 'ApprovalDelegated', { ...asked, approverId, ...delegation });
  }
  if (random.chance(0.2)) log.add(stream, 'ApproverGone', { approverId, reason: 'removed' });
  if (random.chance(0.2)) log.add(stream, 'ApprovalEscalated', { ...asked, reason: 'noApprovers' });
};

const decide = (told: Told): void => {
  const { world, stream, approverId, sealed } = told;
  const { log, random } = world;
  const authenticationId = random.id();
  const decision = random.pick(['approve', 'reject'] as const);
  const said = {
    ...asked,
    approverId,
    decision,
    hash: random.id(),
    at: later(log, 0),
    ...(random.chance(0.5) ? { comment: sealed('comment', 'Confidential comment') } : {}),
  };
  log.add(stream, 'ApprovalDecisionAsked', { ...said, authenticationId, callerId: 'A1' });
  if (random.chance(0.2)) {
    const refused = { authenticationId, approverId, reason: 'notVerified' } as const;
    return void log.add(stream, 'ApprovalDecisionRefused', refused);
  }
  log.add(stream, 'ApprovalDecided', { ...said, authenticationId, method: 'app', counted: true });
  const result = decision === 'approve' ? 'approved' : 'rejected';
  log.add(stream, 'ApprovalStageClosed', { stage: 1, result, reason: 'decided' });
  if (decision === 'approve') grant(told);
  else log.add(stream, 'ApprovalRejected', { reason: 'decisions' });
};

const giveUp = ({ world: { log, random }, stream }: Told): void => {
  random.pick([
    () => log.add(stream, 'ApprovalExpired', { reason: 'timeout' }),
    () => log.add(stream, 'ApprovalCancelled', { by: 'requestor' }),
    () => log.add(stream, 'ApprovalCancelled', { by: 'administrator', reason: 'by mistake' }),
  ])();
};

/** Access for a time: begun and ended by the calling system, which may not answer. */
const grant = ({ world: { log, random }, stream }: Told): void => {
  log.add(stream, 'ApprovalGranted', { by: 'decisions', ttlSeconds: 3_600 });
  if (random.chance(0.3)) log.add(stream, 'GrantScheduled', { activateAt: later(log, 60_000) });
  const callback = (): boolean => {
    const deliveryId = random.id();
    const alarmAt = later(log, 60_000);
    if (random.chance(0.5)) log.add(stream, 'GrantActivationAsked', { deliveryId, alarmAt });
    else log.add(stream, 'CallbackAsked', { deliveryId });
    if (random.chance(0.3)) log.add(stream, 'CallbackLate', { deliveryId });
    if (random.chance(0.2)) {
      const again = random.chance(0.5) ? { retryAt: later(log, 60_000) } : {};
      log.add(stream, 'CallbackParked', { deliveryId, ...again });
      return false;
    }
    log.add(stream, 'CallbackAcknowledged', { deliveryId });
    return true;
  };
  if (!callback()) return;
  const until = later(log, 3_600_000);
  log.add(stream, 'GrantActivated', { until });
  if (random.chance(0.5)) log.add(stream, 'GrantEndAnnounced', { until });
  if (random.chance(0.3)) return void log.add(stream, 'GrantExpired', { until });
  const end = { reason: 'administrator', note: 'not needed' } as const;
  const closing = { deliveryId: random.id(), alarmAt: later(log, 60_000) };
  log.add(stream, 'GrantClosing', { ...closing, ...end });
  if (random.chance(0.7)) log.add(stream, 'GrantClosed', end);
};

/** Somebody approves in the person's place for a time. */
export const delegate = ({ log, random, people }: World, { id }: Person): void => {
  const delegationId = random.id();
  log.add(userStream(id), 'DelegationSet', {
    delegationId,
    toUserId: random.pick(people).id,
    from: later(log, 0),
    until: later(log, 86_400_000),
  });
  if (random.chance(0.5)) log.add(userStream(id), 'DelegationEnded', { delegationId });
};
