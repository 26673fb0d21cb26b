import { join } from 'node:path';
import { readAdminToken } from '../../runtime/adminToken.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { startChild, type Child } from './children.ts';
import { restClient } from './restClient.ts';

export type CountersignOptions = {
  readonly data: string;
  readonly nodeArgs?: readonly string[];
  /** Another checkout, to compare two with each other. */
  readonly cwd?: string;
};

export type Countersign = Child & {
  readonly http: string;
  readonly https: string;
  /** PEM file of the authority that signed its certificate. */
  readonly ca: string;
  readonly adminToken: string;
};

/** `countersign serve` as anybody starts it, on free ports of loopback. */
export const startCountersign = async (options: CountersignOptions): Promise<Countersign> => {
  const { data, nodeArgs, cwd } = options;
  const child = await startChild({
    script: 'cli/countersign.ts',
    args: ['serve', '--json', '--data', data, '--http', '0', '--https', '0'],
    log: join(data, '..', 'countersign.log'),
    ...(nodeArgs ? { nodeArgs } : {}),
    ...(cwd ? { cwd } : {}),
  });
  const { http, https, ca } = child.ready as { http: string; https: string; ca: string };
  return { ...child, http, https, ca, adminToken: readAdminToken(layoutOf(data).adminToken) };
};

const settleWithinMs = 600_000;
const settlePauseMs = 500;

/** The ledger hashes what it finds at a start; a checkpoint over all of it says that it has. */
export const settled = async ({ http, adminToken }: Countersign): Promise<void> => {
  const administrator = restClient(http, adminToken);
  for (const until = Date.now() + settleWithinMs; ;) {
    const { status } = await administrator.post('/audit/checkpoints', {});
    if (status === 201) break;
    if (Date.now() > until) throw new Error(`no checkpoint, the last answer was ${status}`);
    await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
  }
  administrator.close();
};
