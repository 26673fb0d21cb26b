import type { UserExportInput } from './contracts.ts';
import { steps } from './steps.ts';

/** Puts on record that people's data are about to leave the system, id `export-<exportId>`. */
export async function userExport(input: UserExportInput): Promise<void> {
  await steps.recordExport(input);
}
