import { existsSync } from 'node:fs';
import { restorationIn } from '../../adapters/ledger/notes.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';

/**
 * Id of the newest restoration that a log has come through; undefined for one that was never put back. What is kept
 * outside of the data folder under positions of the log goes by it: after a restore, they name other events.
 */
export const lineOf = (ledger: string): string | undefined => {
  if (!existsSync(ledger)) return undefined;
  const store = openSqliteLedger(ledger, treeHash(), { readOnly: true });
  try {
    const [newest] = store.restorations().slice(-1);
    return newest === undefined ? undefined : restorationIn(newest)?.id;
  } finally {
    store.close();
  }
};
