/** 0 or 1: neither SQLite nor a driver should have to guess at booleans. */
export type Flag = 0 | 1;
