import { createHash } from 'node:crypto';
import type { BegunApproval } from '../domain/approval/approval.ts';
import type { ApprovalTexts } from '../domain/approval/inputs.ts';
import type { tellings } from '../domain/approval/notices.ts';
import { shortHash, shownText, type Shown } from '../domain/approval/shown.ts';
import type { DomainEvent } from '../domain/events.ts';
import { approvalStream, authenticationStream } from '../domain/ids.ts';
import type { Notice } from '../domain/notice.ts';
import { inUserStream, userKey, type KeyOwner, type Sealed } from '../domain/sealed.ts';
import type { Aggregates } from './aggregates.ts';
import type { Ports } from './ports.ts';

/** The person's key was destroyed: what they wrote is gone. */
const erased = '';
/** Pairs that a verification shows beside the title. */
const maxContextDetails = 10;

export type PlainTexts = Pick<Shown, 'title' | 'details' | 'link' | 'justification'>;
type Field = 'title' | 'details' | 'link' | 'justification' | 'comment';

const detailsOf = (text: string | undefined): Shown['details'] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the one command that makes requests
  text === undefined || text === erased ? [] : (JSON.parse(text) as Shown['details']);

/** Texts of approvals: sealed for nobody on their way in, for the requestor from then on. */
export const approvalTexts = ({ secrets }: Ports, aggregates: Aggregates) => {
  const open = async (
    owner: KeyOwner,
    approvalId: string,
    field: Field,
    sealed: Sealed | undefined,
  ): Promise<string | undefined> =>
    sealed === undefined
      ? undefined
      : ((await secrets.open({ owner, stream: approvalStream(approvalId), field }, sealed)) ??
        erased);

  const openAll = async (
    owner: KeyOwner,
    approvalId: string,
    sealed: ApprovalTexts,
  ): Promise<PlainTexts> => ({
    title: (await open(owner, approvalId, 'title', sealed.title)) ?? erased,
    details: detailsOf(await open(owner, approvalId, 'details', sealed.details)),
    link: await open(owner, approvalId, 'link', sealed.link),
    justification: await open(owner, approvalId, 'justification', sealed.justification),
  });

  const sealFor = async (
    userId: string,
    approvalId: string,
    field: Field,
    plain: string,
  ): Promise<Sealed> =>
    await secrets.seal(
      { owner: userKey(userId), stream: approvalStream(approvalId), field },
      plain,
    );

  const nameOf = async (userId: string): Promise<string> => {
    const { state: user } = await aggregates.user(userId);
    if (user.status !== 'present') return '';
    const place = inUserStream(userId, 'username');
    return (await secrets.open(place, user.username)) ?? erased;
  };

  const ofRequest = async (approvalId: string, { request }: BegunApproval): Promise<PlainTexts> =>
    await openAll(userKey(request.requestorId), approvalId, request);

  return {
    /** As they came in. */
    incoming: async (approvalId: string, texts: ApprovalTexts): Promise<PlainTexts> =>
      await openAll('requests', approvalId, texts),

    /** Seals texts with the requestor's key. */
    async resealed(approvalId: string, userId: string, plain: PlainTexts): Promise<ApprovalTexts> {
      const seal = (field: Field, text: string) => sealFor(userId, approvalId, field, text);
      return {
        title: await seal('title', plain.title),
        ...(plain.details.length === 0
          ? {}
          : { details: await seal('details', JSON.stringify(plain.details)) }),
        ...(plain.link === undefined ? {} : { link: await seal('link', plain.link) }),
        ...(plain.justification === undefined
          ? {}
          : { justification: await seal('justification', plain.justification) }),
      };
    },

    async resealedComment(
      approvalId: string,
      { request }: BegunApproval,
      sealed: Sealed | undefined,
    ): Promise<Sealed | undefined> {
      const plain = await open('requests', approvalId, 'comment', sealed);
      return plain === undefined || plain === ''
        ? undefined
        : await sealFor(request.requestorId, approvalId, 'comment', plain);
    },

    hash: (shown: Shown): string =>
      createHash('sha256').update(shownText(shown), 'utf8').digest('hex'),

    /** What a verification shows of a request, sealed for its opening. */
    async context(
      approvalId: string,
      approval: BegunApproval,
      authenticationId: string,
    ): Promise<Sealed> {
      const { title, details } = await ofRequest(approvalId, approval);
      const { request } = approval;
      const pairs = [
        ['Requested by', await nameOf(request.requestorId)],
        ['Check', shortHash(request.hash)],
        ...details.map(({ label, value }) => [label, value]),
      ].slice(0, maxContextDetails);
      const place = {
        owner: 'requests',
        stream: authenticationStream(authenticationId),
        field: 'context',
      } as const;
      const shown = { title, details: Object.fromEntries(pairs) };
      return await secrets.seal(place, JSON.stringify(shown));
    },

    /** The mails for these tellings, with their texts filled in. */
    async notices(
      approvalId: string,
      approval: BegunApproval,
      told: ReturnType<typeof tellings>,
      facts: readonly DomainEvent[],
    ): Promise<readonly Notice[]> {
      const { requestorId } = approval.request;
      const { title, justification = '' } = await ofRequest(approvalId, approval);
      const requestor = await nameOf(requestorId);
      const decided = facts.findLast((fact) => fact.type === 'ApprovalDecided');
      const comment =
        (await open(userKey(requestorId), approvalId, 'comment', decided?.data.comment)) ?? '';
      return told.map(({ key, occasion, userId, until, reason, state }): Notice => ({
        noticeId: `approval-${approvalId}-${key}`,
        occasion,
        to: userId === undefined ? { kind: 'notified' } : { kind: 'user', userId },
        aboutUserId: requestorId,
        values: {
          title,
          requestor,
          state,
          comment,
          reason: reason ?? justification,
          until: until ?? '',
        },
      }));
    },
  };
};

export type ApprovalTextTools = ReturnType<typeof approvalTexts>;
