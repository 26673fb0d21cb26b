import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeBase32 } from '../../../adapters/otp/base32.ts';
import type { Canaries } from './canaries.ts';
import { drivePhone } from './canaryPhone.ts';
import { driveRecords } from './canaryRecords.ts';
import { driveRest } from './canaryRest.ts';
import { driveSdk } from './canarySdk.ts';
import { canaryWorld, type CanaryWorld } from './canaryWorld.ts';
import type { ServerProcess } from './serverProcess.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));

const driveCli = async ({ server, canary, heard }: CanaryWorld): Promise<void> => {
  const cli = async (...args: string[]): Promise<void> => {
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        [program, ...args, '--data', server.info.data],
        {
          timeout: 30_000,
        },
      );
      heard.push({ door: `CLI ${args[0]}`, status: 200, text: stdout + stderr });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      heard.push({ door: `CLI ${args[0]}`, status: 500, text: stdout + stderr });
    }
  };
  await cli(
    'users',
    'add',
    canary.unknownUsername,
    '--email',
    canary.email,
    '--phone',
    `+1 ${canary.phoneNumber}`,
  );
  await cli('users', 'add', canary.username, '--email', canary.otherEmail);
  await cli('audit', 'list', '--limit', '200');
};

/** Drives canaries through every door, in calls that work, that fail, and that cannot be read. */
export const driveCanaries = async (
  server: ServerProcess,
  home: string,
  canary: Canaries,
): Promise<Pick<CanaryWorld, 'heard' | 'made'>> => {
  const world = canaryWorld(server, home, canary);
  const { heard, made } = world;
  for (const drive of [driveRest, driveSdk, drivePhone, driveRecords, driveCli]) await drive(world);
  // A seed is as much a secret in its bytes as in its letters.
  for (const [name, value] of Object.entries({ ...canary, ...made }))
    if (/seed$/i.test(name) && typeof value === 'string')
      made[`${name}Bytes`] = Buffer.from(decodeBase32(value));
  return { heard, made };
};
