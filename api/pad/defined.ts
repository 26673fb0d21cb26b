/** An object type whose possibly undefined fields are optional instead. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the fields that have no value, so that absent stays absent. */
export const defined = <T extends object>(fields: T): Defined<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the filter does what the type says; entries lose their keys' types
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
