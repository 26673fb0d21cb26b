import { toMs } from '../instants.ts';
import type { BegunApproval } from './approval.ts';
import { stagePolicy, undecided, type Facts } from './ballot.ts';
import {
  activation,
  ending,
  expired,
  hasEnded,
  rejected,
  stageApproved,
  type Moment,
} from './endings.ts';

/** The requestor is told so long before the end of a grant, where it lasts longer than that. */
const announceMs = 5 * 60_000;

type Due = { readonly atMs: number; facts(moment: Moment): Facts };

const stageDue = (approval: BegunApproval): readonly Due[] => {
  const { open } = approval;
  const newest = open?.levels.at(-1);
  if (open === undefined || newest === undefined || open.toAsk !== undefined) return [];
  const { stage } = open;
  const { level } = newest;
  const remindAt = newest.remindAt[newest.reminded];
  const reminder: readonly Due[] =
    remindAt === undefined
      ? []
      : [
          {
            atMs: toMs(remindAt),
            facts: () => [
              {
                type: 'ApprovalReminded',
                data: {
                  stage,
                  level,
                  index: newest.reminded,
                  approverIds: undecided(approval, open),
                },
              },
            ],
          },
        ];
  return [
    ...reminder,
    { atMs: toMs(newest.dueAt), facts: (moment) => stageTimeout(approval, moment) },
  ];
};

const stageTimeout = (approval: BegunApproval, moment: Moment): Facts => {
  const { stage, levels } = approval.open!;
  const { level } = levels.at(-1)!;
  const { escalation, onTimeout } = stagePolicy(approval, stage);
  if (level < escalation.length)
    return [{ type: 'ApprovalEscalated', data: { stage, level, reason: 'timeout' } }];
  if (onTimeout === 'approve') return stageApproved(approval, 'timeout', moment);
  const result = onTimeout === 'reject' ? 'rejected' : 'expired';
  return [
    { type: 'ApprovalStageClosed', data: { stage, result, reason: 'timeout' } },
    ...(result === 'rejected'
      ? rejected(approval, 'timeout', moment)
      : expired(approval, 'timeout', moment)),
  ];
};

const grantDue = (approval: BegunApproval): readonly Due[] => {
  const { state, activateAt, until, ttlSeconds, closing, retryEndAt } = approval;
  if (state === 'closing' && closing !== undefined && retryEndAt !== undefined)
    return [{ atMs: toMs(retryEndAt), facts: (moment) => ending(approval, closing, moment) }];
  const asked = approval.callbacks.some(({ purpose }) => purpose === 'activate');
  if (state === 'scheduled' && activateAt !== undefined && !asked)
    return [{ atMs: toMs(activateAt), facts: (moment) => activation(approval, moment) }];
  if (state !== 'active' || until === undefined) return [];
  const endMs = toMs(until);
  const isLong = (ttlSeconds ?? 0) * 1_000 > announceMs;
  const announcement: Due = {
    atMs: endMs - announceMs,
    facts: () => [{ type: 'GrantEndAnnounced', data: { until } }],
  };
  return [
    ...(isLong && !approval.endAnnounced ? [announcement] : []),
    { atMs: endMs, facts: (moment) => ending(approval, { reason: 'ttl' }, moment) },
  ];
};

const callbacksDue = ({ callbacks }: BegunApproval): readonly Due[] =>
  callbacks.flatMap(({ deliveryId, status, alarmAt }) =>
    status === 'open' && alarmAt !== undefined
      ? [
          {
            atMs: toMs(alarmAt),
            facts: (): Facts => [{ type: 'CallbackLate', data: { deliveryId } }],
          },
        ]
      : [],
  );

/** A login that is over waits for nobody. */
const mootAt = (approval: BegunApproval): readonly Due[] => {
  const { endsAt } = approval.request;
  const isUndecided = ['created', 'verifying-requestor', 'pending'].includes(approval.state);
  if (endsAt === undefined || !isUndecided) return [];
  return [{ atMs: toMs(endsAt), facts: (moment) => expired(approval, 'moot', moment) }];
};

const earliest = (approval: BegunApproval): Due | undefined => {
  const dues = hasEnded(approval)
    ? callbacksDue(approval)
    : [
        ...stageDue(approval),
        ...grantDue(approval),
        ...callbacksDue(approval),
        ...mootAt(approval),
      ];
  return dues.toSorted((a, b) => a.atMs - b.atMs)[0];
};

/** A request that came outside of its policy's hours begins once they do. */
export const beginsMs = ({ state, request }: BegunApproval): number | undefined =>
  state === 'created' && request.opensAt !== undefined ? toMs(request.opensAt) : undefined;

/** The next instant at which something happens by itself, Unix milliseconds. */
export const nextDueMs = (approval: BegunApproval): number | undefined => {
  const instants = [earliest(approval)?.atMs, beginsMs(approval)].filter(
    (atMs) => atMs !== undefined,
  );
  return instants.length === 0 ? undefined : Math.min(...instants);
};

/**
 * What is due by now, the oldest alone: whoever calls this until nothing comes has everything in its order, however long
 * nobody looked.
 */
export const whatIsDue = (approval: BegunApproval, moment: Moment): Facts => {
  const due = earliest(approval);
  return due === undefined || due.atMs > moment.nowMs ? [] : due.facts(moment);
};
