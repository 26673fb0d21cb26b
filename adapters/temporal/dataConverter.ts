import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { sealingCodec, type OnRefused } from './codec.ts';
import { payloadKeys, type PayloadMasters } from './keys.ts';

/** The workflow bundle needs it too, because failures are made inside the sandbox. */
export const failureConverterPath = fileURLToPath(new URL('failureConverter.cjs', import.meta.url));

/**
 * JSON inside, sealed outside. `masterKeys`: the first seals, the others only open.
 * @throws {RangeError} without a master key of at least 32 bytes
 */
export const sealingDataConverter = (options: {
  readonly masterKeys: PayloadMasters;
  readonly onRefused: OnRefused;
}): DataConverter => ({
  failureConverterPath,
  payloadCodecs: [sealingCodec(payloadKeys(options.masterKeys), options.onRefused)],
});
