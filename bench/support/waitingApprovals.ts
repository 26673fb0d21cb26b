import type { Countersign } from './countersign.ts';
import { answerAndHear, callersOf, expected, insist, takeOne, type Crowd } from './crowd.ts';
import { phonesOf } from './phones.ts';
import { restClient } from './restClient.ts';
import type { SeededPhone } from './seeding.ts';

/** People who approve; everybody else asks. Each has a policy that names nobody else. */
export const approvers = 100;
const durationSeconds = 30 * 24 * 60 * 60;

type Waiting = { readonly approvalId: string; readonly approver: SeededPhone };

/** One policy an approver, named after their place in the list; its one stage is open for 30 days. */
const makePolicies = async (
  { http, adminToken }: Countersign,
  people: readonly SeededPhone[],
): Promise<void> => {
  const administrator = restClient(http, adminToken);
  for (const [place, { username }] of people.slice(0, approvers).entries()) {
    const { userId } = expected(await administrator.get(`/users/${username}`), 200);
    const of = [{ kind: 'user', userId: String(userId) }];
    const stages = [{ approvers: { kind: 'any', of }, durationSeconds }];
    const path = `/configuration/approvalPolicy/bench-${place}`;
    const { status, body } = await administrator.put(path, { name: `Bench ${place}`, stages });
    if (status >= 300) throw new Error(`no policy: ${JSON.stringify(body)}`);
  }
  administrator.close();
};

/** Requests for approval, each of one approver, who decides with the phone and the number that is shown. */
export const waitingApprovals = async (
  server: Countersign,
  people: readonly SeededPhone[],
): Promise<Crowd> => {
  const callers = await callersOf(server, [
    'approvals.request',
    'approvals.read',
    'approvals.decide',
    'verify',
  ]);
  const phones = phonesOf(server);
  const [listener, asker] = callers;
  await makePolicies(server, people);
  const requestors = people.slice(approvers);
  const waiting: Waiting[] = [];
  let next = 0;
  return {
    async open(client) {
      const number = next++;
      const place = number % approvers;
      const ask = () =>
        callers[client % callers.length]!.post('/approvals', {
          requestor: requestors[number % requestors.length]!.username,
          subject: { kind: 'group', id: `group-${number}`, name: `Group ${number}` },
          title: `Membership of group ${number}`,
          justification: 'Needed for the work of this month.',
          policyId: `bench-${place}`,
        });
      const { approvalId } = await insist(ask, 202);
      waiting.push({ approvalId: String(approvalId), approver: people[place]! });
    },
    async decide() {
      const { approvalId, approver } = takeOne(waiting);
      const { username, deviceToken } = approver;
      const path = `/approvals/${approvalId}`;
      const { hash } = expected(await asker!.get(path), 200);
      const decided = await asker!.post(`${path}/approve`, { approver: username, hash });
      const number = String(expected(decided, 202)['displayNumber']);
      const guid = await phones.push(deviceToken);
      const { revision } = expected(await asker!.get(path), 200);
      return await answerAndHear({
        answer: () => phones.approve(deviceToken, guid, number),
        async hear() {
          for (let since = Number(revision); ;) {
            const view = expected(await listener!.get(`${path}?wait=30&since=${since}`), 200);
            if (view['state'] === 'approved') return;
            if (view['state'] !== 'pending')
              throw new Error(`the approval is ${String(view['state'])}`);
            since = Number(view['revision']);
          }
        },
      });
    },
    waiting: () => waiting.length,
    close() {
      for (const caller of callers) caller.close();
      phones.close();
    },
  };
};
