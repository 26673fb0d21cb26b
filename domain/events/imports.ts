/** An import of many users or tokens; stream import-<importId>. */
export type ImportEvents = Readonly<Record<never, never>>;
