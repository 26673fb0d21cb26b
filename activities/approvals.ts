import { askLevel, lookupFailed } from '../domain/approval/asking.ts';
import { cancelled, closed, delivered } from '../domain/approval/cancelling.ts';
import {
  approverGone,
  askDecision,
  followedBy,
  settleDecision,
  type Evidence,
} from '../domain/approval/decisions.ts';
import { rejected, type Moment } from '../domain/approval/endings.ts';
import type { BegunApproval } from '../domain/approval/approval.ts';
import type { Facts } from '../domain/approval/ballot.ts';
import type {
  ApprovalProgress,
  AskDecision,
  CancelApproval,
  CloseGrant,
  DecisionAsked,
  NewApprovalRequest,
  Refusal,
} from '../domain/approval/inputs.ts';
import { beginsMs, whatIsDue } from '../domain/approval/timers.ts';
import { WrongExpectedRevision } from '../adapters/eventStore/port.ts';
import type { DeliveryEnd } from '../domain/delivery.ts';
import { Rejected } from '../domain/errors.ts';
import type { GrantEnd } from '../domain/events/approvals.ts';
import { approvalStream } from '../domain/ids.ts';
import type { Aggregates } from './aggregates.ts';
import { approvalLog, type ApprovalStep } from './approvalLog.ts';
import { approvalOpening } from './approvalOpening.ts';
import { approvalPeople } from './approvalPeople.ts';
import { approvalTexts } from './approvalTexts.ts';
import { approvalWork } from './approvalWork.ts';
import type { Ports } from './ports.ts';

type Step<T = unknown> = ApprovalStep & T;

/** Steps on one request for approval. Its stream has one writer, its workflow, which takes one step at a time. */
export const createApprovals = (ports: Ports, aggregates: Aggregates) => {
  const texts = approvalTexts(ports, aggregates);
  const people = approvalPeople(ports, aggregates);
  const opening = approvalOpening(ports, aggregates, people, texts);
  const log = approvalLog(ports, aggregates, texts);
  const { begin, begun, onRecord, progress, take } = log;

  const goOn = async (approval: BegunApproval, moment: Moment): Promise<Facts> =>
    await opening.proceed(approval, moment);

  return {
    ...approvalWork(log, texts),

    /**
     * Takes a new request, or finds it on record.
     * @returns `refusal` where it was not taken: then nothing is on record
     */
    async openApproval({
      approvalId,
      open,
    }: {
      readonly approvalId: string;
      readonly open?: NewApprovalRequest;
    }): Promise<{ readonly progress: ApprovalProgress } | { readonly refusal: Refusal }> {
      const step = 'open';
      if (open !== undefined && (await onRecord(approvalId)).approval.status === 'none') {
        const opened = await opening.open(open, { approvalId, nowMs: ports.clock() });
        if ('refusal' in opened) return opened;
        try {
          await begin({ approvalId, step, origin: open.origin }, opened);
        } catch (error) {
          // Somebody else has begun it: what stands on record counts.
          const isOwn =
            error instanceof WrongExpectedRevision && error.stream === approvalStream(approvalId);
          if (!isOwn) throw error;
        }
      }
      return { progress: await progress(approvalId, step) };
    },

    /** What is due by now, the oldest alone. */
    async tickApproval(input: Step): Promise<ApprovalProgress> {
      return await take(input, async (approval, moment) => {
        const opensMs = beginsMs(approval);
        const facts = whatIsDue(approval, moment);
        if (facts.length > 0 || opensMs === undefined || opensMs > moment.nowMs) return { facts };
        return { facts: await goOn(approval, moment) };
      });
    },

    /** Looks the people of a level up and asks them. */
    async askApprovers(
      input: Step<{ readonly stage: number; readonly level: number }>,
    ): Promise<ApprovalProgress> {
      return await take(input, async (approval, moment) => {
        let found;
        try {
          found = await people.lookUp(approval, input, moment.nowMs);
        } catch {
          return { facts: lookupFailed(approval, input, moment) };
        }
        return { facts: askLevel(approval, input, found, moment) };
      });
    },

    /** @throws {Rejected} notFound, notAllowed, alreadyDecided, conflict, invalid, throttled */
    async askApprovalDecision(
      input: Step<AskDecision>,
    ): Promise<{ readonly progress: ApprovalProgress; readonly asked: DecisionAsked }> {
      const { approvalId, approver, comment, signedInAs, ...vote } = input;
      const userId = await people.find(approver);
      if (userId === undefined) throw new Rejected('notAllowed', 'there is no such approver');
      const after = await take(input, async (approval, moment) => {
        const voter = await people.voter(approval, userId, moment.nowMs);
        const sealed = await texts.resealedComment(approvalId, approval, comment);
        const facts = askDecision(
          approval,
          voter,
          {
            decision: vote.decision,
            hash: vote.hash,
            signedIn: signedInAs === userId,
            callerId: `${vote.origin.actor.kind}:${vote.origin.actor.id}`,
            ...(sealed === undefined ? {} : { comment: sealed }),
            ...(vote.ttlSeconds === undefined ? {} : { ttlSeconds: vote.ttlSeconds }),
          },
          ports.newId(),
          moment,
        );
        return { facts, guards: voter.guards };
      });
      const { pending } = await begun(approvalId);
      const mine = pending.findLast((one) => one.kind === 'decision' && one.approverId === userId);
      return {
        progress: after,
        asked: mine === undefined ? {} : { authenticationId: mine.authenticationId },
      };
    },

    /** A verification has ended: the requestor's, or one that confirms a decision. */
    async settleApprovalVerification(
      input: Step<{ readonly authenticationId: string }>,
    ): Promise<ApprovalProgress> {
      const { authenticationId } = input;
      return await take(input, async (approval, moment) => {
        const waiting = approval.pending.find((one) => one.authenticationId === authenticationId);
        if (waiting === undefined) return { facts: [] };
        const { requestorId } = approval.request;
        const userId = waiting.kind === 'requestor' ? requestorId : waiting.approverId;
        const evidence =
          (await people.evidence(approval, authenticationId, userId)) ?? nothingProven;
        if (waiting.kind === 'decision') {
          const voter = await people.voter(approval, userId, moment.nowMs);
          const facts = settleDecision(approval, authenticationId, evidence, voter, moment);
          return { facts, guards: voter.guards };
        }
        const { code, challenged } = evidence;
        const verified = code === 'APPROVED' && challenged && evidence.userId === requestorId;
        const answered = {
          type: 'ApprovalRequestorAnswered',
          data: { authenticationId, code, verified },
        } as const;
        if (!verified)
          return {
            facts: followedBy(approval, [answered], (after) =>
              rejected(after, 'requestorNotVerified', moment),
            ),
          };
        const after = { ...approval, requestorVerified: true };
        return { facts: [answered, ...(await goOn(after, moment))] };
      });
    },

    async settleApprovalDelivery(
      input: Step<{ readonly deliveryId: string; readonly end: DeliveryEnd }>,
    ): Promise<ApprovalProgress> {
      return await take(input, (approval, moment) => ({
        facts: delivered(approval, input.deliveryId, input.end, moment),
      }));
    },

    /** @throws {Rejected} notFound, notAllowed, alreadyDecided */
    async cancelApproval(input: Step<CancelApproval>): Promise<ApprovalProgress> {
      const { origin, callerId, force, reason } = input;
      return await take(input, (approval, moment) => {
        const by = cancellerOf(approval, { actor: origin.actor, callerId, force });
        return { facts: cancelled(approval, by, reason, moment) };
      });
    },

    /** A login that this was for is over. */
    async abandonApproval(input: Step<{ readonly reason: string }>): Promise<ApprovalProgress> {
      return await take(input, (approval, moment) => ({
        facts: ['created', 'verifying-requestor', 'pending'].includes(approval.state)
          ? cancelled(approval, 'system', input.reason, moment)
          : [],
      }));
    },

    /** @throws {Rejected} notFound, notAllowed, alreadyDecided */
    async closeGrant(input: Step<CloseGrant>): Promise<ApprovalProgress> {
      const { origin, callerId, reason } = input;
      return await take(input, (approval, moment) => {
        const by = closerOf(approval, { actor: origin.actor, callerId });
        return { facts: closed(approval, { reason: by, note: reason }, moment) };
      });
    },

    /** Ends the task of somebody whose account is gone or off, if it is. */
    async dropApprover(input: Step<{ readonly approverId: string }>): Promise<ApprovalProgress> {
      const { approverId } = input;
      return await take(input, async (approval, moment) => {
        const { state: user } = await aggregates.user(approverId);
        if (user.status === 'present' && user.enabled) return { facts: [] };
        const reason = user.status === 'present' ? 'disabled' : 'removed';
        return { facts: approverGone(approval, approverId, reason, moment) };
      });
    },
  };
};

/** The verification was lost before it came to anything. */
const nothingProven: Evidence = {
  code: 'INTERNAL',
  userId: undefined,
  startedAt: '',
  challenged: false,
  method: undefined,
  form: undefined,
  source: undefined,
  shared: false,
};

type By = {
  readonly actor: CancelApproval['origin']['actor'];
  readonly callerId: string;
};

/** Somebody else's request does not exist for a caller. */
const notTheirs = (): Rejected => new Rejected('notFound', 'there is no such request');

const cancellerOf = (
  { request }: BegunApproval,
  { actor, callerId, force }: By & { readonly force: boolean },
): 'requestor' | 'administrator' => {
  if (force) {
    if (actor.kind === 'administrator') return 'administrator';
    throw new Rejected('notAllowed', 'only an administrator ends a request of others');
  }
  const isOwn =
    request.callerId === callerId || (actor.kind === 'user' && actor.id === request.requestorId);
  if (isOwn) return 'requestor';
  throw notTheirs();
};

const closerOf = (
  { request, asked }: BegunApproval,
  { actor, callerId }: By,
): Exclude<GrantEnd, 'ttl'> => {
  if (actor.kind === 'administrator') return 'administrator';
  if (request.callerId === callerId) return 'caller';
  if (actor.kind === 'user' && actor.id === request.requestorId) return 'requestor';
  if (actor.kind === 'user' && asked.includes(actor.id)) return 'approver';
  throw notTheirs();
};
