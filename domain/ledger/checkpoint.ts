/** What the ledger vouches for: the first `size` events of the log have this root. */
export type Checkpoint = {
  /** Names the log (C2SP tlog-checkpoint). */
  readonly origin: string;
  readonly size: number;
  /** Base64 of the tree's root. */
  readonly root: string;
  /** Id of the newest restoration that the log has come through (restoration.ts). */
  readonly restoration?: string;
};

/** One line of a note that somebody has signed. */
export type NoteSignature = {
  readonly name: string;
  /** Base64 of four bytes that name the key, and the signature. */
  readonly value: string;
};
/** A signed note (C2SP signed-note): a text that ends with a line feed, and its signatures. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

const maxNotes = 1_000_000;
const sizeForm = /^(?:0|[1-9]\d{0,15})$/;
const rootForm = /^[A-Za-z\d+/]{43}=$/;
const restoredForm = /^restored ([\da-f]{32})$/;
const signatureForm = /^\u2014 ([^ +]{1,256}) ([A-Za-z\d+/]{8,}={0,2})$/;

/** The signed part of a checkpoint: origin, size, root, a line each; what it was restored from in an extension line. */
export const checkpointText = ({ origin, size, root, restoration }: Checkpoint): string =>
  `${origin}\n${size}\n${root}\n${restoration === undefined ? '' : `restored ${restoration}\n`}`;

/** @returns undefined where the text is no checkpoint */
export const readCheckpoint = (text: string): Checkpoint | undefined => {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n');
  if (origin === '' || !sizeForm.test(size) || !rootForm.test(root)) return undefined;
  const count = Number(size);
  if (!Number.isSafeInteger(count)) return undefined;
  const [restoration] = extensions.flatMap((line) => restoredForm.exec(line)?.[1] ?? []);
  return { origin, size: count, root, ...(restoration === undefined ? {} : { restoration }) };
};

export const printNote = ({ text, signatures }: Note): string =>
  `${text}\n${signatures.map(({ name, value }) => `\u2014 ${name} ${value}\n`).join('')}`;

/** @returns undefined where the text is no signed note */
export const readNote = (printed: string): Note | undefined => {
  const end = printed.lastIndexOf('\n\n');
  if (end < 0 || !printed.endsWith('\n')) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of printed.slice(end + 2, -1).split('\n')) {
    const [, name, value] = signatureForm.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    signatures.push({ name, value });
  }
  return { text: printed.slice(0, end + 1), signatures };
};

/** Notes below each other, an empty line behind each, as a file of anchors holds them. */
export const printNotes = (notes: readonly string[]): string =>
  notes.map((note) => `${note}\n`).join('');

/**
 * Reads what `printNotes` wrote. A last note that is cut off, as by a crash while it was written, is none.
 * @throws {RangeError} for a file of more than a million
 */
export const splitNotes = (file: string): readonly string[] => {
  const notes =
    file.match(/(?:(?!\u2014 )[^\n]+\n)+\n(?:\u2014 [^ \n]+ [A-Za-z\d+/]+={0,2}\n)+(?=\n)/gu) ?? [];
  if (notes.length > maxNotes) throw new RangeError(`more than ${maxNotes} checkpoints`);
  return notes;
};
