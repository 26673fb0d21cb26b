import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { Query, Reply } from '../client/index.ts';
import { runs, type Run } from './command.ts';
import { localTime, table } from './output.ts';

/** How long a command watches a delivery before it says how that stands. */
const watchMs = 15_000;
const lookEveryMs = 200;

const told = ({ deliveryId, state, attempts, lastReason, retryAt }: Reply<'getDelivery'>): string =>
  [
    `delivery ${deliveryId}: ${state} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    ...(state === 'acknowledged' || lastReason === undefined ? [] : [lastReason]),
    ...(retryAt === undefined ? [] : [`next at ${localTime(retryAt)}`]),
  ].join('; ');

/** The delivery once it was tried; 1 is the exit code where that failed. */
const watched = async (run: Run, deliveryId: string, attempts: number): Promise<number> => {
  const deadline = performance.now() + watchMs;
  for (;;) {
    const delivery = await run.server().call('getDelivery', { path: { id: deliveryId } });
    if (delivery.attempts > attempts || performance.now() > deadline) {
      run.show(delivery, () => told(delivery));
      return delivery.state === 'acknowledged' ? 0 : 1;
    }
    await pause(lookEveryMs);
  }
};

export const addWebhooks = (program: Command): void => {
  const webhooks = program
    .command('webhooks')
    .description('what webhooks were told; "config set webhook" makes one');

  const deliveries = webhooks
    .command('deliveries')
    .description('list the deliveries of a webhook, newest first')
    .argument('<webhook-id>')
    .addOption(
      new Option('--state <state>', 'only these').choices(['open', 'acknowledged', 'parked']),
    )
    .option('--limit <rows>', 'rows at most (50)');
  runs(deliveries, async (run) => {
    const [webhookId = ''] = run.args;
    const limit = run.text('limit');
    const query: Query<'listDeliveries'> = {
      state: run.word('state'),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    };
    const path = { id: webhookId };
    const found = await run.server().call('listDeliveries', { path, query });
    run.show(found, () =>
      [
        table(
          ['DELIVERY', 'TYPE', 'QUEUED', 'STATE', 'ATTEMPTS', 'NEXT', 'LAST FAULT'],
          found.items.map((row) => [
            row.deliveryId,
            row.type,
            localTime(row.queuedAt),
            row.state,
            String(row.attempts),
            localTime(row.retryAt),
            row.lastReason ?? '',
          ]),
        ),
        `${found.backlog.open} open, ${found.backlog.parked} parked`,
      ].join('\n'),
    );
  });

  const test = webhooks
    .command('test')
    .description('have a test message delivered')
    .argument('<webhook-id>');
  runs(test, async (run) => {
    const [webhookId = ''] = run.args;
    const { deliveryId } = await run.server().call('testWebhook', { path: { id: webhookId } });
    return watched(run, deliveryId, 0);
  });

  const redeliver = webhooks
    .command('redeliver')
    .description('try a delivery again now')
    .argument('<delivery-id>');
  runs(redeliver, async (run) => {
    const [deliveryId = ''] = run.args;
    const before = await run.server().call('getDelivery', { path: { id: deliveryId } });
    await run.server().call('redeliver', { path: { id: deliveryId } });
    return watched(run, deliveryId, before.attempts);
  });
};
