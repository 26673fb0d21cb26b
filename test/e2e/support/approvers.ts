import { addOathUser, inParts, type OathUser } from './people.ts';
import type { RestClient } from './rest.ts';
import { until } from './until.ts';

export type ApprovalNow = {
  readonly approvalId: string;
  readonly state: string;
  readonly hash: string;
  readonly revision: number;
  readonly decisions: readonly { readonly approver: string; readonly counted: boolean }[];
};

export const approvalNow = (rest: RestClient, approvalId: string): Promise<ApprovalNow> =>
  rest.ok<ApprovalNow>('GET', `/approvals/${approvalId}`);

/** People with tokens in a group. A code counts once, so each of them decides once in 30 s. */
export const addOwners = async (
  rest: RestClient,
  group: string,
  count: number,
): Promise<readonly OathUser[]> => {
  const names = Array.from({ length: count }, (_, index) => `${group}${index}@example.org`);
  const owners = await inParts(names, (username) => addOathUser(rest, username));
  for (const { username } of owners) await rest.ok('PATCH', `/users/${username}`, { group });
  return owners;
};

/** Decides as one owner and confirms with their code; resolves once the decision is on record. */
export const decideAs = async (
  rest: RestClient,
  owner: OathUser,
  approvalId: string,
  verb: 'approve' | 'reject' = 'approve',
): Promise<ApprovalNow> => {
  const { hash } = await until('the approval to be there', async () => {
    const { status, body } = await rest.call<ApprovalNow>('GET', `/approvals/${approvalId}`);
    return status === 200 && body.state === 'pending' && body;
  });
  const { requestId } = await rest.ok<{ requestId: string }>(
    'POST',
    `/approvals/${approvalId}/${verb}`,
    { approver: owner.username, hash, ...(verb === 'reject' ? { comment: 'No' } : {}) },
  );
  await rest.ok('POST', `/authentications/${requestId}/code`, { code: owner.rightCode() });
  return await until('the decision', async () => {
    const now = await approvalNow(rest, approvalId);
    return now.decisions.some(({ approver }) => approver === owner.username) && now;
  });
};
