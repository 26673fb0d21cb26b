import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One way in which a text may stand in a file. */
export type Needle = { readonly form: string; readonly bytes: Buffer };
export type Hit = { readonly file: string; readonly form: string };

/** A base64 run of these bytes wherever they begin in the encoded text: the characters that do not depend on neighbours. */
const base64At = (bytes: Buffer, offset: 0 | 1 | 2): string => {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = [0, 2, 3][offset]!;
  const whole = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(first, whole);
};

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Raw, hex in both cases, base64 and base64url at all three alignments, UTF-16 in both orders. */
export const formsOf = (text: string | Buffer): readonly Needle[] => {
  const bytes = Buffer.from(text as string);
  const aligned = ([0, 1, 2] as const).map((offset) => base64At(bytes, offset));
  const forms: readonly (readonly [string, Buffer])[] = [
    ['raw', bytes],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ...aligned.map((run, offset) => [`base64+${offset}`, Buffer.from(run)] as const),
    ...aligned.map((run, offset) => {
      const url = run.replaceAll('+', '-').replaceAll('/', '_');
      return [`base64url+${offset}`, Buffer.from(url)] as const;
    }),
    ...(typeof text === 'string'
      ? ([
          ['utf16le', Buffer.from(text, 'utf16le')],
          ['utf16be', utf16be(text)],
        ] as const)
      : []),
  ];
  return forms.map(([form, found]) => ({ form, bytes: found }));
};

export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    // A running server makes journals and removes them again.
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

const contentOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};

/** Each file is read once for all needles given. */
export const hitsIn = (files: readonly string[], needles: readonly Needle[]): readonly Hit[] =>
  files.flatMap((file) => {
    const content = contentOf(file);
    return needles
      .filter(({ bytes }) => content.includes(bytes))
      .map(({ form }) => ({ file, form }));
  });
