import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { masterKeysAt } from '../../../adapters/secrets/masterKeyFiles.ts';
import type { Facade } from '../../../api/facade.ts';
import { installTemporalLog } from '../../../adapters/temporal/runtimeLog.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { createShutdown } from '../../../runtime/shutdown.ts';
import { defaultNamespace } from '../../../runtime/temporalServer.ts';
import { startCore } from '../../../server/core.ts';

/** A further node of a running server inside this process: the facade without a front end before it. One a process. */
export type InnerNode = { readonly facade: Facade; stop(): Promise<boolean> };

export const joinWithin = async (data: string, name: string): Promise<InnerNode> => {
  const layout = layoutOf(data);
  const endpoints: unknown = JSON.parse(readFileSync(layout.endpoints, 'utf8'));
  const { temporal } = endpoints as { temporal: string };
  const log = createLogger({ level: 'error', pretty: false });
  installTemporalLog(log.line);
  const shutdown = createShutdown(log);
  const facade = await startCore({
    layout: { ...layout, views: join(layout.store, `views-${name}.db`) },
    masterKeys: () => masterKeysAt(join(`${data}-keys`, 'master.key')),
    temporal: { address: temporal, namespace: defaultNamespace },
    log,
    shutdown,
    mobileAppUrl: () => 'https://localhost/pa',
    publicUrl: () => 'https://localhost',
    allowedTargets: [],
  });
  return { facade, stop: () => shutdown.run('the test is over') };
};
