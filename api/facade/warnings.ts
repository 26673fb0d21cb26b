import type { OpenDoor } from '../../domain/failOpen.ts';

/** A setting that lets somebody in where something is missing (SEC-44): who set it, and when. */
export type WarningView = OpenDoor & {
  readonly by: string;
  readonly at: string;
};

export interface WarningQueries {
  warnings(): Promise<readonly WarningView[]>;
}
