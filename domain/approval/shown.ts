/** All that an approver is shown of a request, which never changes after it was made. */
export type Shown = {
  readonly title: string;
  readonly details: readonly { readonly label: string; readonly value: string }[];
  readonly link: string | undefined;
  readonly justification: string | undefined;
  readonly requestorId: string;
  readonly beneficiaryId: string | undefined;
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
};

/** Digits of the hash that a verification shows. */
const shortHashLength = 8;

/**
 * The text whose SHA-256 (hex, UTF-8) stands for what was shown: JSON without white space, its fields in this order,
 * absent ones as null.
 */
export const shownText = (shown: Shown): string =>
  JSON.stringify([
    ['title', shown.title],
    ['details', shown.details.map(({ label, value }) => [label, value])],
    ['link', shown.link ?? null],
    ['justification', shown.justification ?? null],
    ['requestor', shown.requestorId],
    ['beneficiary', shown.beneficiaryId ?? null],
    ['subject', [shown.subject.kind, shown.subject.id, shown.subject.name]],
  ]);

export const shortHash = (hash: string): string => hash.slice(0, shortHashLength).toUpperCase();
