import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Reply } from '../../client/index.ts';
import { terminalStates } from '../../domain/results.ts';
import { runs, type Run } from '../command.ts';
import { CommandFault } from '../fault.ts';
import { say } from '../output.ts';
import { approvalOf, describeApproval } from './show.ts';

const pollSeconds = 30;
/** A verification lives three minutes at most, one by code ten. */
const maxPolls = 25;
/** A decision is recorded a moment after its verification has ended. */
const recordedWithinMs = 10_000;
const lookEveryMs = 100;

type AttemptReply = Reply<'submitCode'>;

const isOver = ({ state }: Pick<AttemptReply, 'state'>): boolean =>
  terminalStates.some((terminal) => terminal === state);

/** Follows the approver's verification to its end; a typed code is handed in once it is asked for. */
const verified = async (run: Run, requestId: string): Promise<AttemptReply> => {
  const path = { id: requestId };
  let now: AttemptReply = await run.server().call('getAuthentication', { path });
  let code = run.text('code');
  for (let poll = 0; poll < maxPolls && !isOver(now); poll += 1) {
    if (now.state === 'awaiting-code') {
      if (code === undefined)
        throw new CommandFault('this approver answers with a code: give it with --code CODE');
      now = await run.server().call('submitCode', { path, body: { code } });
      code = undefined;
    } else
      now = await run.server().call('getAuthentication', { path, query: { wait: pollSeconds } });
  }
  return now;
};

const decide = (order: 'approve' | 'reject') => async (run: Run) => {
  const [id = ''] = run.args;
  const approver = run.must('as');
  const { hash } = await approvalOf(run, id);
  const ttl = run.text('ttl');
  const decision = { approver, hash, comment: run.text('comment') };
  const { requestId, displayNumber } =
    order === 'reject'
      ? await run.server().call('rejectApproval', { path: { id }, body: decision })
      : await run.server().call('approveApproval', {
          path: { id },
          body: { ...decision, ...(ttl === undefined ? {} : { ttlSeconds: Number(ttl) }) },
        });
  if (displayNumber !== undefined) {
    const line = `number to type in the app of ${approver}: ${displayNumber}`;
    // With --json it must not stand in the way of the result.
    if (run.json) process.stderr.write(`${line}\n`);
    else say(line);
  }
  const verification = requestId === undefined ? undefined : await verified(run, requestId);
  if (verification && verification.state !== 'approved') {
    const { state, code = state } = verification;
    throw new CommandFault(`not counted: the verification of ${approver} ended ${state} (${code})`);
  }
  const deadline = performance.now() + recordedWithinMs;
  let after = await approvalOf(run, id);
  const isThere = () =>
    requestId === undefined || after.decisions.some((made) => made.requestId === requestId);
  while (!isThere() && performance.now() < deadline) {
    await pause(lookEveryMs);
    after = await approvalOf(run, id);
  }
  run.show(after, () => describeApproval(after));
};

export const addDecisions = (approvals: Command): void => {
  for (const verb of ['approve', 'reject'] as const) {
    const command = approvals
      .command(verb)
      .description(`${verb} a request, as one of its approvers, who is asked to verify`)
      .argument('<request-id>')
      .requiredOption('--as <upn>', 'the approver')
      .option('--comment <text>', 'why; stands in the log')
      .option('--code <code>', 'for an approver who answers with a code');
    if (verb === 'approve') command.option('--ttl <seconds>', 'a shorter grant');
    runs(command, decide(verb));
  }
};
