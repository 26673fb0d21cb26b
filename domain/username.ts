/** The spelling that names are compared by: case and outer white space do not tell people apart. */
export const canonicalName = (username: string): string =>
  username.trim().normalize('NFC').toLowerCase();
