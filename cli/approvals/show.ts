import type { Reply } from '../../client/index.ts';
import type { Run } from '../command.ts';
import { details, localTime, table } from '../output.ts';

type ApprovalReply = Reply<'getApproval'>;

/** A request as a person reads it, with who said what. */
export const describeApproval = (approval: ApprovalReply): string =>
  [
    details({
      request: approval.approvalId,
      title: approval.title,
      requestor: approval.requestor,
      beneficiary: approval.beneficiary,
      subject: `${approval.subject.kind} ${approval.subject.name} (${approval.subject.id})`,
      ...Object.fromEntries(approval.details.map(({ label, value }) => [label, value])),
      link: approval.link,
      justification: approval.justification,
      policy: approval.policyName,
      state: approval.state,
      reason: approval.reason,
      stage:
        approval.stage === undefined
          ? undefined
          : `${approval.stage} of ${approval.stages}${approval.level ? `, level ${approval.level}` : ''}`,
      until: localTime(approval.until),
      asked: approval.asked.join(', '),
      reference: approval.reference,
      hash: approval.hash,
      created: localTime(approval.createdAt),
      ended: localTime(approval.endedAt),
    }),
    ...approval.decisions.map(
      ({ approver, delegatedFrom, decision, at, comment, counted }) =>
        `${localTime(at)}  ${approver}${delegatedFrom === undefined ? '' : ` for ${delegatedFrom}`}: ${decision}` +
        `${counted ? '' : ' (too late)'}${comment === undefined ? '' : `, ${comment}`}`,
    ),
  ].join('\n');

export const approvalTable = (rows: readonly ApprovalReply[]): string =>
  table(
    ['CREATED', 'STATE', 'REQUESTOR', 'SUBJECT', 'TITLE', 'REQUEST'],
    rows.map((row) => [
      localTime(row.createdAt),
      row.state,
      row.requestor,
      row.subject.name,
      row.title,
      row.approvalId,
    ]),
  );

export const approvalOf = (run: Run, id: string): Promise<ApprovalReply> =>
  run.server().call('getApproval', { path: { id } });

/** Seconds of one long poll. */
const pollSeconds = 30;

/** Follows a request until its state is not one of those. */
export const whileIn = async (
  run: Run,
  approval: ApprovalReply,
  states: readonly ApprovalReply['state'][],
): Promise<ApprovalReply> => {
  let now = approval;
  while (states.includes(now.state))
    now = await run.server().call('getApproval', {
      path: { id: approval.approvalId },
      query: { wait: pollSeconds, since: now.revision },
    });
  return now;
};
