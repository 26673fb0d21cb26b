/** Whether every figure is to be reached in full, however long that takes. */
export const isLong = process.env['COUNTERSIGN_PROFILE'] === 'long';

/** Runs of a repeated check: the full figure in the long profile, a twentieth of it otherwise. */
export const count = (full: number): number => (isLong ? full : Math.ceil(full / 20));

/** Seed of everything random in this test file; give it as COUNTERSIGN_SEED to see the same run again. */
export const seed: number = Number(
  process.env['COUNTERSIGN_SEED'] ?? Math.floor(Math.random() * 2 ** 31),
);

process.stderr.write(`COUNTERSIGN_SEED=${seed}\n`);
