/** How far the lists are behind the log. */
export type LagView = {
  /** What this process does with the views: it writes them, or follows another process that does. */
  readonly role: 'writes' | 'follows';
  readonly state: 'starting' | 'live' | 'failed' | 'stopped';
  /** What lists show, and what is on record. */
  readonly position: number;
  readonly newest: number;
  readonly behindEvents: number;
  /** Age of the oldest event that lists do not show; 0 where they show all. */
  readonly behindSeconds: number;
  /** Views that are being made anew. */
  readonly rebuild?: { readonly done: number; readonly total: number } | undefined;
};

export interface LagDoor {
  /** As it is now. */
  lag(): Promise<LagView>;
  /** As it was found a second ago at most; for a header of every list. */
  behindSeconds(): number;
}
