export const faultKinds = [
  'altered',
  'missing',
  'inserted',
  'reordered',
  'truncated',
  /** Events and the ledger's hashes of them no longer lead to a root that was signed. */
  'rewritten',
  /** The events are those that were signed; the ledger's hashes of them are not. */
  'hashesAltered',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Fault = {
  readonly kind: FaultKind;
  /** The first bad position; where `until` is given, it lies between the two, both included. */
  readonly position: number;
  readonly until?: number;
  readonly detail: string;
};
