/** One process's wish to be the one that writes the views, from the wish to the end of it. */
export type Candidacy = {
  /** True once this process is the one that writes. */
  isWriter(): boolean;
  /**
   * Resolves when another process may have written since the last call, now and then also where none has, and when
   * this process becomes the writer or gives up.
   */
  written(): Promise<void>;
  /** Resolves with the reason once this process is not the writer any more, or can no longer become it. */
  readonly lost: Promise<Error>;
  /** Lets others write. */
  resign(): Promise<void>;
};

const never = new Promise<never>(() => undefined);

/** Where nobody else can want it. */
export const onlyCandidate = (): Candidacy => ({
  isWriter: () => true,
  written: async () => undefined,
  lost: never,
  resign: async () => undefined,
});
