import { userStream } from '../../../domain/ids.ts';
import { userKey } from '../../../domain/sealed.ts';
import { seal } from './fakeSecrets.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

/** What a made-up installation consists of while its log is being told. */
export type Person = { id: string; devices: string[]; tokens: string[]; blockId?: string };
export type World = {
  log: Log;
  random: Random;
  people: Person[];
  accounts: string[];
  clients: string[];
  items: string[];
};

export const sealedFor = (userId: string) => (field: string, plain: string) =>
  seal({ owner: userKey(userId), stream: userStream(userId), field }, plain);
export const later = (log: Log, ms: number): string => new Date(log.nowMs() + ms).toISOString();

export const block = ({ log, random }: World, person: Person, fraudReportId?: string): string => {
  const blockId = random.id();
  const flag = fraudReportId === undefined ? 'none' : 'fraud';
  log.add(userStream(person.id), 'UserBlocked', {
    blockId,
    reason: 'Lost phone',
    until: later(log, 90 * 86_400_000),
    flag,
    ...(fraudReportId === undefined ? {} : { fraudReportId }),
  });
  person.blockId = blockId;
  return blockId;
};
