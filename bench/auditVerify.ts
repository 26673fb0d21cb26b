import { hash as sha256 } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteRecords } from '../adapters/eventStore/sqliteRecords.ts';
import { openSqliteLedger } from '../adapters/ledger/sqliteLedger.ts';
import { openSigner } from '../adapters/ledger/signer.ts';
import { readVerifier } from '../adapters/ledger/notes.ts';
import { treeHash } from '../adapters/ledger/treeHash.ts';
import { writeEvidence } from '../cli/verify/evidence.ts';
import { openSource } from '../cli/verify/source.ts';
import { verify } from '../cli/verify/verify.ts';
import { checkpointText } from '../domain/ledger/checkpoint.ts';
import { checkpointEvents } from '../domain/ledger/due.ts';
import { rangeRoot } from '../domain/ledger/proofs.ts';
import { lineOf } from '../domain/ledger/record.ts';
import { interleave, type Findings, type Measure } from './measure.ts';
import { withFolder } from './support/folder.ts';
import { writeLongLog } from './support/longLog.ts';

const pageSize = 2_000;
const leastPerSecond = 50_000;

/** The log as the ledger role would have hashed and signed it. @returns the public key */
export const signLog = (store: string, keyFile: string): string => {
  const hash = treeHash();
  const records = openSqliteRecords(join(store, 'events.db'));
  const ledger = openSqliteLedger(join(store, 'ledger.db'), hash);
  const signer = openSigner(keyFile);
  const origin = readVerifier(signer.key.verifier)?.name ?? '';
  ledger.addKey(signer.key);
  const head = records.head();
  while (ledger.size() < head) {
    ledger.append(
      records.after(ledger.size(), pageSize).map((record) => hash.leaf(lineOf(record))),
    );
    const size = ledger.size();
    if (size % checkpointEvents !== 0 && size !== head) continue;
    const root = Buffer.from(rangeRoot(hash, ledger.node, 0, size)).toString('base64');
    ledger.keep({ size, note: signer.sign(checkpointText({ origin, size, root })) });
  }
  records.close();
  ledger.close();
  return signer.key.verifier;
};

/** Reading the same rows and hashing each once: less cannot be done. */
const bareRate = (store: string): number => {
  const records = openSqliteRecords(join(store, 'events.db'));
  const from = performance.now();
  let events = 0;
  for (let page = records.after(0, pageSize); page.length > 0;) {
    for (const { meta, data } of page) sha256('sha256', meta + data, 'buffer');
    events += page.length;
    page = records.after(page.at(-1)!.position, pageSize);
  }
  records.close();
  return (events * 1_000) / (performance.now() - from);
};

const verifyRate = (path: string, key: string): number => {
  const from = performance.now();
  const source = openSource(path)!;
  const { ok, events } = verify(source, { keys: [readVerifier(key)!], anchors: [] });
  source.close();
  if (!ok) throw new Error('the log of the benchmark does not verify');
  return (events * 1_000) / (performance.now() - from);
};

/** `audit verify` over a data folder's store and over an evidence package, events a second. */
export const auditVerify: Measure = ({ rounds, events, say }) =>
  withFolder(async (folder) => {
    await writeLongLog(join(folder, 'events.db'), events);
    const key = signLog(folder, join(folder, 'keys', 'ledger.key'));
    const evidence = join(folder, 'evidence');
    const source = openSource(folder)!;
    writeEvidence(source, evidence, { at: new Date().toISOString(), onProgress: () => undefined });
    source.close();
    const findings: Findings[] = [];
    for (const [what, path] of [
      ['store', folder],
      ['evidence package', evidence],
    ] as const)
      findings.push({
        measure: `audit verify, ${what} of ${events} events`,
        unit: 'events/s',
        rounds: await interleave(
          rounds,
          { ours: async () => verifyRate(path, key), bare: async () => bareRate(folder) },
          ({ ours, bare }, number) =>
            say(`round ${number}: ${Math.round(ours)}/s, bare ${Math.round(bare)}/s`),
        ),
        target: { of: 'ours', least: leastPerSecond },
      });
    return findings;
  });
