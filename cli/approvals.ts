import { Option, type Command } from 'commander';
import type { Query, Reply } from '../client/index.ts';
import { approvalStates } from '../domain/approval/states.ts';
import { addDecisions } from './approvals/decide.ts';
import { addDelegations } from './approvals/delegations.ts';
import { approvalOf, approvalTable, describeApproval, whileIn } from './approvals/show.ts';
import { rowsOf, runs, type Run } from './command.ts';
import { CommandFault } from './fault.ts';
import { localTime, table } from './output.ts';

const undecided = ['created', 'verifying-requestor', 'pending'] as const;
const granted: readonly Reply<'getApproval'>['state'][] = ['approved', 'scheduled', 'active'];

/** `kind:id`, or `kind:id:name` where the name is another. */
const subjectOf = (text: string) => {
  const [kind = '', id = '', ...rest] = text.split(':');
  if (kind === '' || id === '')
    throw new CommandFault('--subject is written kind:id or kind:id:name');
  return { kind, id, name: rest.length === 0 ? id : rest.join(':') };
};
const detailOf = (text: string) => {
  const at = text.indexOf('=');
  if (at < 1) throw new CommandFault('--detail is written label=value');
  return { label: text.slice(0, at), value: text.slice(at + 1) };
};

const ask = async (run: Run): Promise<number | void> => {
  const ttl = run.text('ttl');
  const details = run.texts('detail').map(detailOf);
  const made = await run.server().call('createApproval', {
    body: {
      requestor: run.must('requestor'),
      beneficiary: run.text('beneficiary'),
      subject: subjectOf(run.must('subject')),
      title: run.must('title'),
      ...(details.length === 0 ? {} : { details }),
      link: run.text('link'),
      justification: run.text('justification'),
      policyId: run.must('policy'),
      reference: run.text('reference'),
      callback: run.text('callback'),
      ...(ttl === undefined ? {} : { requestedTtlSeconds: Number(ttl) }),
    },
  });
  const asked = await approvalOf(run, made.approvalId);
  const now = run.flag('wait') ? await whileIn(run, asked, undecided) : asked;
  run.show(now, () => describeApproval(now));
  return run.flag('wait') && !granted.includes(now.state) ? 1 : undefined;
};

const addRequest = (approvals: Command): void => {
  const request = approvals
    .command('request')
    .description('ask for an approval; with --wait, exit code 1 where it is not given')
    .requiredOption('--requestor <upn>', 'who wants it')
    .requiredOption('--policy <id>', 'who approves, and how')
    .requiredOption('--subject <kind:id>', 'what it is about; kind:id:name for another name')
    .requiredOption('--title <text>', 'what approvers read')
    .option('--beneficiary <upn>', 'for whom, where not for the requestor')
    .option('--detail <label=value...>', 'more that approvers read')
    .option('--link <address>', 'where approvers find more')
    .option('--justification <text>', 'why')
    .option('--ttl <seconds>', 'how long the grant is to last')
    .option('--reference <text>', 'the same reference is the same request')
    .option('--callback <webhook-id>', 'a webhook that is told')
    .option('--wait', 'wait for the decision');
  runs(request, ask);
};

export const addApprovals = (program: Command): void => {
  const approvals = program.command('approvals').description('requests that people approve');
  addRequest(approvals);

  const list = approvals
    .command('list')
    .description('list requests, newest first')
    .addOption(new Option('--state <state>', 'in one state').choices(approvalStates))
    .option('--requestor <upn>', 'of one person')
    .option('--policy <id>', 'under one policy')
    .option('--reference <text>', 'by the caller’s reference')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(list, async (run) => {
    const query: Query<'listApprovals'> = {
      state: run.word('state'),
      requestor: run.text('requestor'),
      policyId: run.text('policy'),
      reference: run.text('reference'),
    };
    const rows = await rowsOf(run, 'listApprovals', { query });
    run.show(rows, () => approvalTable(rows));
  });

  const show = approvals.command('show').description('show a request').argument('<request-id>');
  runs(show, async (run) => {
    const [id = ''] = run.args;
    const approval = await approvalOf(run, id);
    run.show(approval, () => describeApproval(approval));
  });

  const inbox = approvals
    .command('inbox')
    .description('what waits for a person’s decision, oldest first')
    .argument('<upn>')
    .option('--limit <rows>', 'rows at most (1000)');
  runs(inbox, async (run) => {
    const [username = ''] = run.args;
    const tasks = await rowsOf(run, 'approvalInbox', { path: { username } });
    run.show(tasks, () =>
      table(
        ['ASKED', 'FOR', 'REQUESTOR', 'TITLE', 'DECIDED', 'UNTIL', 'REQUEST'],
        tasks.map(({ approval, askedAt, delegatedFrom, decided }) => [
          localTime(askedAt),
          delegatedFrom ?? username,
          approval.requestor,
          approval.title,
          decided ?? '',
          localTime(approval.until),
          approval.approvalId,
        ]),
      ),
    );
  });

  addDecisions(approvals);

  const cancel = approvals
    .command('cancel')
    .description('take a request back, or, with --force, end anybody’s')
    .argument('<request-id>')
    .requiredOption('--reason <text>', 'why; stands in the log')
    .option('--force', 'as an administrator');
  const close = approvals
    .command('close')
    .description('end a grant before its time')
    .argument('<request-id>')
    .requiredOption('--reason <text>', 'why; stands in the log');
  for (const [command, order] of [
    [cancel, 'cancelApproval'],
    [close, 'closeGrant'],
  ] as const)
    runs(command, async (run) => {
      const [id = ''] = run.args;
      const input = { path: { id }, body: { reason: run.must('reason') } };
      const name = run.flag('force') ? 'forceCancelApproval' : order;
      const after = await run.server().call(name, input);
      run.show(after, () => describeApproval(after));
    });

  addDelegations(approvals);
};
