import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { compareWsdl, isCovered } from '../api/soap/wsdlCompare.ts';
import type { ListDifference, WsdlDifferences } from '../api/soap/wsdlCompare.ts';
import { readWsdlShape, type WsdlShape } from '../api/soap/wsdlShape.ts';
import { runs } from './command.ts';
import { CommandFault } from './fault.ts';

const ours = new URL('../api/soap/pfWsSdk.wsdl', import.meta.url);

export const addSdk = (program: Command): void => {
  const sdk = program.command('sdk').description('the description of the Web Service SDK');
  const compare = sdk
    .command('compare')
    .description(
      'compare a description (WSDL) that was saved from the original with ours; exit code 1 where they differ',
    )
    .argument('<file>', 'what the original answered at …/PfWsSdk.asmx?WSDL');
  runs(compare, async (run) => {
    const [file = ''] = run.args;
    const old = shapeOf(file);
    if (old.operations.size === 0) throw new CommandFault(`${file}: there is no operation in it`);
    const found = compareWsdl(old, readWsdlShape(readFileSync(ours)));
    run.show(found, () => report(found));
    return isCovered(found) ? 0 : 1;
  });
};

const shapeOf = (file: string): WsdlShape => {
  try {
    return readWsdlShape(textOf(readFileSync(file)));
  } catch (error) {
    throw new CommandFault(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Windows PowerShell saves texts as UTF-16; what they say of their encoding is not true any more then. */
const textOf = (bytes: Buffer): Buffer | string =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes
        .toString('utf16le')
        .slice(1)
        .replace(/^<\?xml[^>]*\?>/, '')
    : bytes;

/** The differences as a person reads them: what may break comes first. */
const report = (found: WsdlDifferences): string => {
  const parts = [
    found.namespace === undefined
      ? ''
      : section('Another namespace (answered in the caller’s own, so calls work)', [
          `yours  ${found.namespace.old}`,
          `ours   ${found.namespace.ours}`,
        ]),
    section('Operations that are only in yours: calls of them fail', found.missingOperations),
    changes('Inputs that differ', found.inputs),
    changes('Answers that differ', found.outputs),
    section('Types that are only in yours', found.missingTypes),
    changes('Types that differ', found.types),
    section('Operations that are only in ours', found.moreOperations),
  ].filter((part) => part !== '');
  const verdict = isCovered(found)
    ? 'Everything in your description is in ours too.'
    : 'Please open an issue with this output: "- " is only in yours, "+ " only in ours.';
  return [...parts, verdict].join('\n\n');
};

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');

const changes = (title: string, lists: readonly ListDifference[]): string =>
  section(
    title,
    lists.flatMap(({ name, missing, more, reordered }) => [
      reordered ? `${name} (another order)` : name,
      ...missing.map((one) => `  - ${one}`),
      ...more.map((one) => `  + ${one}`),
    ]),
  );
