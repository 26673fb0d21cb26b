import { join } from 'node:path';
import { readAdminToken } from '../../runtime/adminToken.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { startChild, type Child } from './children.ts';

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
