type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what is not there: optional properties are absent, never undefined. */
export const present = <T extends object>(fields: T): Present<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the filter makes the type true
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>;
