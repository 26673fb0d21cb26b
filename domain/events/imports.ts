/** How far an import is; all counts are rows since its beginning. */
export type ImportCounts = {
  readonly done: number;
  readonly added: number;
  readonly updated: number;
  /** Nothing to do, or not to be done in this mode. */
  readonly skipped: number;
  readonly failed: number;
  /** Applied, but not all that they say. */
  readonly warned: number;
};

/** An import of a file, or one change of many people; stream import-<importId>. */
export type ImportEvents = {
  ImportStarted: {
    kind: 'users' | 'edit' | 'tokens';
    /** Add people who are not there, update those who are, or both. */
    mode: 'add' | 'update' | 'both';
    /** Nothing is changed: it only shows what would be. */
    dryRun: boolean;
    rows: number;
    pages: number;
    /** About the file as a whole: columns that are not known. */
    warnings: readonly string[];
  };
  /** One page of rows is done. */
  ImportProgressed: ImportCounts;
  ImportFinished: {
    /** The uploaded file was gone before all of its rows were done. */
    lost: boolean;
  };
  /** Records of people left the system as a file; stream export-<exportId>. */
  UsersExported: {
    /** With whole phone numbers. */
    unmasked: boolean;
  };
};
