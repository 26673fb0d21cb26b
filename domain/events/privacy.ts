/** The type says it all. */
type NoData = Readonly<Record<string, never>>;

/** What is done with a person's records as a whole; stream user-<userId>. */
export type PrivacyEvents = {
  /** Everything on record about the person was about to leave the system. */
  UserExported: NoData;
  /** Because of this fact the person's data key is destroyed: what it sealed is unreadable for good. */
  UserErased: { reason: string };
  /** The records must be kept: nobody is erased before the hold is ended. */
  LegalHoldSet: { reason: string };
  LegalHoldEnded: { reason: string };
};
