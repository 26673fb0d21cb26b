import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type EapRun = { readonly code: number | null; readonly output: string };

/** wpa_supplicant's eapol_test: a supplicant with PEAP and MS-CHAPv2 that checks the keys it is given. */
export const eapolTest = async (options: {
  readonly folder: string;
  readonly to: string;
  readonly from: string;
  readonly secret: string;
  readonly identity: string;
  readonly password: string;
  /** Authority of the target's certificate. */
  readonly ca: string;
}): Promise<EapRun> => {
  const { folder, to, from, secret, identity, password, ca } = options;
  const file = join(folder, `eapol-${identity}.conf`);
  writeFileSync(
    file,
    `network={
  key_mgmt=WPA-EAP
  eap=PEAP
  identity="${identity}"
  password="${password}"
  phase2="auth=MSCHAPV2"
  ca_cert="${ca}"
}
`,
  );
  const [address = '', port = ''] = to.split(':');
  const child = spawn('eapol_test', [
    '-c',
    file,
    '-a',
    address,
    '-p',
    port,
    '-A',
    from,
    '-s',
    secret,
    '-t',
    '60',
    '-r',
    '0',
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
};
