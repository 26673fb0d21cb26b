import type { LedgerEvents } from '../../domain/events/ledger.ts';
import type { Texts } from './parts.ts';

const keyAdded = (keyId: string, replaces?: string, endorsement?: string): string => {
  if (replaces === undefined) return `Key ${keyId} signs the ledger`;
  return endorsement === undefined
    ? `Key ${keyId} signs the ledger; key ${replaces} before it was lost and vouches for nothing`
    : `Key ${keyId} signs the ledger from now on, by the word of key ${replaces}`;
};

export const ledgerTexts: Texts<LedgerEvents> = {
  LedgerCheckpointSigned: ({ data }) => [
    `The first ${data.size} events were signed with key ${data.keyId}`,
  ],
  LedgerKeyAdded: ({ data }) => [keyAdded(data.keyId, data.replaces, data.endorsement)],
  LedgerVerified: ({ data }) => [
    `All ${data.events} events are as they were recorded, ${data.signedSize} of them signed`,
  ],
  LedgerChainBroken: ({ data }) => [
    `The log is not what was signed: ${data.fault} at position ${data.position}`,
    data.until === undefined ? '' : ` to ${data.until}`,
    `, ${data.detail}`,
  ],
};
