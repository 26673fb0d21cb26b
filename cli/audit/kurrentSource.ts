import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKurrentLog, type KurrentPlace } from '../../adapters/eventStore/kurrentdbLog.ts';
import { lineOf } from '../../domain/ledger/record.ts';
import type { DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault } from '../fault.ts';
import { linesOf } from '../verify/lines.ts';
import { files, ledgerSource, type Source } from '../verify/source.ts';

const pageSize = 2_000;

/**
 * A log in KurrentDB with the ledger of a node's data folder. Its lines are fetched into a file first: whoever writes or
 * verifies evidence reads them without waiting.
 * @param onProgress hears how many of how many events have come
 * @throws {CommandFault} where KurrentDB does not answer
 */
export const kurrentSource = async (
  layout: DataLayout,
  place: KurrentPlace,
  onProgress: (done: number, total: number) => void,
): Promise<Source> => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-evidence-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, files.events);
  try {
    const store = await openKurrentLog(place);
    const handle = openSync(file, 'wx', 0o600);
    try {
      const head = await store.records.head();
      for (let position = 0; position < head;) {
        const page = await store.records.after(position, Math.min(pageSize, head - position));
        appendFileSync(handle, page.map((record) => `${lineOf(record)}\n`).join(''));
        position += page.length;
        onProgress(position, head);
      }
      const anchors = join(layout.anchors, files.checkpoints);
      const log = { expected: head, lines: () => linesOf(file), close: remove };
      return ledgerSource(layout.ledger, log, anchors);
    } finally {
      closeSync(handle);
      await store.close();
    }
  } catch (error) {
    remove();
    throw Object.assign(
      new CommandFault('the log could not be read from KurrentDB: is its address right?'),
      { cause: error },
    );
  }
};
