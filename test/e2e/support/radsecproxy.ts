import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/freePort.ts';
import type { Pair } from './certificates.ts';
import { until } from './until.ts';

const config = (options: RadsecproxyOptions, port: number): string => `
ListenUDP 127.0.0.1:${port}
LogLevel 3
tls default {
  CACertificateFile ${options.ca}
  CertificateFile ${options.pair.certPath}
  CertificateKeyFile ${options.pair.keyPath}
  TlsVersion TLS1_2:TLS1_3
}
client gateway {
  host 127.0.0.0/8
  type udp
  secret "${options.secret}"
}
server countersign {
  host 127.0.0.1
  port ${options.to.split(':').at(-1)}
  type tls
  secret radsec
  StatusServer on
}
realm * {
  server countersign
}
`;

export type RadsecproxyOptions = {
  readonly folder: string;
  /** Between it and its access servers. */
  readonly secret: string;
  /** Our port for TLS. */
  readonly to: string;
  readonly ca: string;
  readonly pair: Pair;
};

/** NORDUnet's radsecproxy: UDP from access servers becomes TLS to us. */
export const radsecproxy = async (options: RadsecproxyOptions) => {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, 'radsecproxy.conf');
  writeFileSync(file, config(options, port));
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '/usr/sbin/radsecproxy', '-f', '-c', file],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until('radsecproxy to be connected', () => {
    if (child.exitCode !== null) throw new Error(`radsecproxy ended:\n${said}`);
    return /TLS connection to countersign .* up$/m.test(said);
  });
  return {
    address: `127.0.0.1:${port}`,
    log: () => said,
    async stop(): Promise<void> {
      const gone = once(child, 'exit');
      if (child.kill('SIGTERM')) await gone;
    },
  };
};
