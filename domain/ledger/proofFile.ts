import { splitNotes } from './checkpoint.ts';

/** Proof that an event is in the log, as it is handed on: C2SP tlog-proof. Hashes are in base64. */
export type ProofFile = {
  /** The event's canonical line in base64. */
  readonly extra: string;
  readonly index: number;
  readonly hashes: readonly string[];
  /** The signed note of the checkpoint that the proof leads to. */
  readonly checkpoint: string;
};

const start = 'c2sp.org/tlog-proof@v1';
const base64 = /^[A-Za-z\d+/]+={0,2}$/;
const maxHashes = 64;

export const printProof = ({ extra, index, hashes, checkpoint }: ProofFile): string =>
  [start, `extra ${extra}`, `index ${index}`, ...hashes, '', checkpoint].join('\n');

/** @returns undefined where the text is no such proof */
export const readProof = (text: string): ProofFile | undefined => {
  const [head = '', ...rest] = text.split('\n\n');
  const [first, extraLine = '', indexLine = '', ...hashes] = head.split('\n');
  const extra = extraLine.startsWith('extra ') ? extraLine.slice('extra '.length) : '';
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  const [checkpoint] = splitNotes(`${rest.join('\n\n')}\n\n`);
  const isProof =
    first === start && base64.test(extra) && hashes.every((hash) => base64.test(hash));
  if (!isProof || index === undefined || checkpoint === undefined || hashes.length > maxHashes)
    return undefined;
  return { extra, index: Number(index), hashes, checkpoint };
};
