// A script that wants a person to join a group for a while, and asks the group's owners first. It needs Node alone:
// COUNTERSIGN_URL=http://127.0.0.1:8080 COUNTERSIGN_TOKEN=cs_… node join-group.mjs --who rita@example.com --ticket 4711
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    who: { type: 'string' },
    ticket: { type: 'string' },
    seconds: { type: 'string', default: '3600' },
    policy: { type: 'string', default: 'owners' },
    callback: { type: 'string' },
  },
});
const base = `${process.env.COUNTERSIGN_URL}/api/v1`;
const authorization = `Bearer ${process.env.COUNTERSIGN_TOKEN}`;

const call = async (method, path, body) => {
  const response = await fetch(base + path, {
    method,
    headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer;
};
const say = (text) => process.stdout.write(`${text}\n`);

// The ticket names the request: a script that is started again goes on with the same one, and nobody is asked twice.
const { approvalId } = await call('POST', '/approvals', {
  requestor: values.who,
  subject: { kind: 'group', id: 'payroll-admins', name: 'Payroll administrators' },
  title: 'Join Payroll administrators',
  details: [{ label: 'Ticket', value: values.ticket }],
  requestedTtlSeconds: Number(values.seconds),
  policyId: values.policy,
  reference: `ticket-${values.ticket}`,
  ...(values.callback ? { callback: values.callback } : {}),
});

const over = ['rejected', 'expired', 'cancelled', 'closed', 'failed'];
let request = await call('GET', `/approvals/${approvalId}`);
let state = '';
let activeAt = 0;
for (;;) {
  if (request.state !== state) {
    ({ state } = request);
    say(`${state} ${approvalId}`);
    if (state === 'active') activeAt = Date.now();
    // Here the script adds the person to the group, and at the end of the grant takes them out again.
    if (state === 'closing' || (activeAt > 0 && over.includes(state) && activeAt !== Infinity)) {
      say(`the grant lasted ${Math.round((Date.now() - activeAt) / 1000)} s`);
      activeAt = Infinity;
    }
  }
  if (over.includes(state)) break;
  // The answer comes as soon as anything changes, or after 30 seconds.
  request = await call('GET', `/approvals/${approvalId}?wait=30&since=${request.revision}`);
}
process.exitCode = activeAt > 0 ? 0 : 1;
