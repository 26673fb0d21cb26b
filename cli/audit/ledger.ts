import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { printVerifier } from '../../adapters/ledger/notes.ts';
import { runs } from '../command.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { CommandFault } from '../fault.ts';
import { say } from '../output.ts';
import { progress } from '../progress.ts';
import { writeEvidence } from '../verify/evidence.ts';
import { runVerify } from '../verify/run.ts';
import { files, ledgerSource, noLines, openSource, type Source } from '../verify/source.ts';

/** The log of a data folder, wherever it lies. What finds it is brought in here, so that other commands start fast. */
const sourceOf = async (
  data: string,
  onProgress: (done: number, total: number) => void,
): Promise<Source | undefined> => {
  const { configOf } = await import('../folder/config.ts');
  const { eventsUrl, eventsPrefix } = configOf(data);
  if (eventsUrl === undefined) return openSource(data);
  const { kurrentSource } = await import('./kurrentSource.ts');
  return await kurrentSource(layoutOf(data), { eventsUrl, eventsPrefix }, onProgress);
};

const several = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

const addVerify = (audit: Command): void => {
  const verify = audit
    .command('verify')
    .description('prove that the log is what was signed; needs no server')
    .argument('[path]', 'evidence package, proof of one event, or data folder (that of --data)')
    .option('--key <key>', 'public key, or a file that holds one; may be given again', several)
    .option('--anchors <file>', 'checkpoints that were anchored elsewhere', several)
    .option(
      '--restored <id>',
      'a restoration that you know of; exit code 3 is for others',
      several,
    );
  runs(verify, async (run) => {
    const [given = run.data] = run.args;
    const order = {
      path: given,
      keys: run.texts('key'),
      anchors: run.texts('anchors'),
      restored: run.texts('restored'),
    };
    const { code, result, text } = runVerify({ ...order, quiet: run.json });
    run.show(result, () => text);
    return code;
  });
};

const addEvidence = (audit: Command): void => {
  const evidence = audit
    .command('evidence')
    .description('write the log, its checkpoints and public keys, for "audit verify" elsewhere')
    .argument('<folder>', 'a new folder');
  runs(evidence, async (run) => {
    const [folder = ''] = run.args;
    if (existsSync(folder)) throw new CommandFault(`${folder} is there already: name a new folder`);
    const bar = progress('events', run.json);
    const source = await sourceOf(run.data, (done, total) => bar.show(done, total));
    if (!source) throw new CommandFault(`${run.data} is no data folder: give it by --data`);
    try {
      const manifest = writeEvidence(source, folder, {
        at: new Date().toISOString(),
        onProgress: (done, total) => bar.show(done, total),
      });
      bar.end();
      run.show(manifest, () => `${manifest.events} events and ${files.manifest} in ${folder}`);
    } finally {
      source.close();
    }
  });
};

/** What the ledger does on demand, and how what it did is verified. */
export const addLedger = (audit: Command): void => {
  const checkpoint = audit
    .command('checkpoint')
    .description('sign a checkpoint over the whole log now');
  runs(checkpoint, async (run) => {
    const signed = await run.server().call('signCheckpoint');
    run.show(signed, () => signed.note);
  });

  const rotate = audit
    .command('rotate-key')
    .description('sign checkpoints with a new key, which the old one vouches for');
  runs(rotate, async (run) => {
    const key = await run.server().call('rotateLedgerKey');
    run.show(key, () => key.verifier);
  });

  const key = audit
    .command('key')
    .description('print the public key of the ledger, the first of all that it had')
    .option('--all', 'print all of them, the oldest first');
  runs(key, async (run) => {
    // Its keys lie beside the ledger, wherever the log is.
    const source = ledgerSource(layoutOf(run.data).ledger, noLines);
    const keys = source.named.map((named) => printVerifier(named));
    source.close();
    if (keys.length === 0)
      throw new CommandFault(`${run.data} has no ledger yet: start the server`);
    const shown = run.flag('all') ? keys : keys.slice(0, 1);
    run.show(shown, () => shown.join('\n'));
  });

  const prove = audit
    .command('prove')
    .description('print the proof that an event is in the log')
    .argument('<event>', 'its id or its position');
  runs(prove, async (run) => {
    const [id = ''] = run.args;
    const proof = await run.server().call('proveEvent', { path: { eventId: id } });
    if (run.json) run.show(proof, () => '');
    else say(proof.proof.trimEnd());
  });

  addVerify(audit);
  addEvidence(audit);
};
