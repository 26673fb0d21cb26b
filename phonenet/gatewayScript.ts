import { z } from 'zod';
import { NoInstructions, type Step } from './steps.ts';

/** Tells the caller's side what happened and gets what comes next. */
export type Tell = (url: string, event: unknown) => Promise<string>;

const scriptSchema = z.strictObject({
  lines: z.array(
    z.union([
      z.strictObject({ say: z.string(), language: z.string() }),
      z.strictObject({ play: z.url() }),
    ]),
  ),
  next: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('hangUp') }),
    z.strictObject({ kind: z.literal('key'), timeoutSeconds: z.number(), url: z.url() }),
    z.strictObject({
      kind: z.literal('untilPound'),
      maxDigits: z.int(),
      timeoutSeconds: z.number(),
      url: z.url(),
    }),
  ]),
});

/** Reads an answer of docs/how-to/phone.md. @throws {NoInstructions} */
export const readGatewayScript = (text: string, tell: Tell): readonly Step[] => {
  let script: z.infer<typeof scriptSchema>;
  try {
    script = scriptSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new NoInstructions('the answer is no script', { cause });
  }
  const prompt = script.lines.map((line): Step =>
    'say' in line
      ? { kind: 'say', text: line.say, language: line.language }
      : { kind: 'play', url: line.play },
  );
  const { next } = script;
  if (next.kind === 'hangUp') return [...prompt, { kind: 'hangUp' }];
  const more = async (event: unknown): Promise<readonly Step[]> =>
    readGatewayScript(await tell(next.url, event), tell);
  return [
    {
      kind: 'gather',
      prompt,
      // The key after the last one may be the `#` that ends it.
      maxKeys: next.kind === 'key' ? 1 : next.maxDigits + 1,
      finishOn: next.kind === 'key' ? '' : '#',
      timeoutSeconds: next.timeoutSeconds,
      typed: (digits) => more({ kind: 'keys', digits }),
      silent: () => more({ kind: 'silence' }),
    },
  ];
};
