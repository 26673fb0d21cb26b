import { parseArgs } from 'node:util';
import { UsageFault } from '../fault.ts';
import { runVerify } from './run.ts';

/** `audit verify` as a program of its own, for a machine that has neither the server nor its packages. */
const usage = `node cli/verify/main.ts PATH [--key KEY]... [--anchors FILE]... [--restored ID]... [--json]
  PATH       evidence package, data folder, event store's file, or a proof of one event
  --key      public key of the form name+id+base64, or a file that holds one
  --anchors  file of checkpoints that were anchored elsewhere
  --restored a restoration that you know of; it changes the exit code no more
Exit code 0: intact, 1: broken, 2: nothing could be verified, 3: intact, but put back to an earlier end.`;

const main = (): number => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true, default: [] },
        anchors: { type: 'string', multiple: true, default: [] },
        restored: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const [path] = positionals;
    if (values.help || path === undefined) {
      process.stderr.write(`${usage}\n`);
      return values.help ? 0 : 2;
    }
    const { key: keys, anchors, restored, json } = values;
    const { code, result, text } = runVerify({ path, keys, anchors, restored, quiet: json });
    process.stdout.write(`${json ? JSON.stringify(result) : text}\n`);
    return code;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof UsageFault)) process.stderr.write(`${usage}\n`);
    return 2;
  }
};

process.exitCode = main();
