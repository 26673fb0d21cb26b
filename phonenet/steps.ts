/** What a call does, as both protocols say it in their own words. */
export type Step =
  | { readonly kind: 'say'; readonly text: string; readonly language: string }
  | { readonly kind: 'play'; readonly url: string }
  | { readonly kind: 'pause'; readonly seconds: number }
  | {
      readonly kind: 'gather';
      readonly prompt: readonly Step[];
      /** Ends the gathering by itself. */
      readonly maxKeys: number;
      /** A key that ends it and is not handed over; empty where every key counts. */
      readonly finishOn: string;
      readonly timeoutSeconds: number;
      readonly typed: (keys: string) => Promise<readonly Step[]>;
      /** Absent where the next step follows. */
      readonly silent?: () => Promise<readonly Step[]>;
    }
  | { readonly kind: 'goTo'; readonly steps: () => Promise<readonly Step[]> }
  | { readonly kind: 'hangUp' };

/** The caller's side gave no instructions that can be followed. */
export class NoInstructions extends Error {
  override readonly name = 'NoInstructions';
}
