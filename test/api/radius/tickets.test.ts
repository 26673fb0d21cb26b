import { createHmac, randomBytes, randomFillSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { CommandContext } from '../../../api/commands/context.ts';
import { loginCommands } from '../../../api/commands/logins.ts';
import type { Caller } from '../../../api/facade.ts';
import type { Attempt } from '../../../domain/attempt.ts';
import { traitsOf } from '../../../domain/channels.ts';
import { below, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';

const key = randomBytes(32);
const callerOf = (id: string): Caller => ({
  actor: { kind: 'radiusClient', id },
  channel: 'radius',
});
const requestId = 'A'.repeat(32);
let looked = 0;

/** Commands that tell whether a ticket was good enough to look for its attempt. */
const { issueTicket, submitTicket } = loginCommands({
  secrets: {
    hash: (purpose: string, text: string) =>
      createHmac('sha256', key).update(`${purpose}\0${text}`).digest('hex'),
  },
  attempts: {
    read: async (): Promise<Attempt> => {
      looked += 1;
      return { status: 'none' };
    },
  },
} as unknown as CommandContext);

const submit = async (client: string, username: string, ticket: string): Promise<boolean> => {
  const before = looked;
  const answer = { username, ticket, code: '123456', answerId: 'x' };
  await submitTicket(callerOf(client), answer, { waitMs: 0 }).catch(() => undefined);
  return looked > before;
};

test('SEC-11 a ticket is for one client, one person, one attempt and one question', async () => {
  const waiting = { requestId, state: 'awaiting-code' } as const;
  const ticket = issueTicket(callerOf('vpn'), 'ann', waiting);
  expect(ticket).toMatch(/^[\dA-F]{66}$/);
  expect(await submit('vpn', 'ann', ticket)).toBe(true);
  expect(await submit('vpn', 'ANN', ticket)).toBe(true);
  expect(await submit('vpn', 'bob', ticket)).toBe(false);
  expect(await submit('wifi', 'ann', ticket)).toBe(false);
  const later = issueTicket(callerOf('vpn'), 'ann', { ...waiting, triesLeft: 2 });
  expect(await submit('vpn', 'ann', later.slice(0, 34) + ticket.slice(34))).toBe(false);
  for (const broken of ['', 'A'.repeat(66), ticket.slice(1), `${ticket}00`, ticket.toLowerCase()])
    expect(await submit('vpn', 'ann', broken)).toBe(false);
});

test('SEC-11 it is for nobody else, whoever swaps it with whomever', async () => {
  const clients = Array.from({ length: 8 }, (_, at) => `client-${at}`);
  const people = Array.from({ length: 8 }, (_, at) => `person-${at}@example.com`);
  const pairs = clients.flatMap((client) => people.map((person) => ({ client, person })));
  const tickets = pairs.map(({ client, person }) =>
    issueTicket(callerOf(client), person, { requestId, state: 'awaiting-code' }),
  );
  // The same question, and no two tickets for it have the same proof.
  expect(new Set(tickets.map((ticket) => ticket.slice(34))).size).toBe(pairs.length);
  for (const [given, ticket] of tickets.entries())
    for (const [at, { client, person }] of pairs.entries())
      if ((await submit(client, person, ticket)) !== (at === given))
        throw new Error(`ticket ${given} was taken for ${client} and ${person}`);
});

test('SEC-11 no guess is a ticket', async () => {
  const ticket = issueTicket(callerOf('vpn'), 'ann', { requestId, state: 'awaiting-code' });
  const random = randomOf(seed);
  let good = 0;
  for (let run = count(1_000_000); run > 0; run -= 1) {
    const guess = Buffer.from(ticket, 'hex');
    // One octet is another one, or all of the proof is guessed for what is known.
    if (run % 2 === 0) randomFillSync(guess, 17);
    else {
      const at = below(random, guess.length);
      guess[at] = guess[at]! ^ (1 + below(random, 255));
    }
    if (await submit('vpn', 'ann', guess.toString('hex').toUpperCase())) good += 1;
  }
  expect(good).toBe(0);
}, 600_000);

test('SEC-11 it is good for 300 seconds at most, and each for another question', () => {
  expect(traitsOf('radius').maxCodeSeconds).toBeLessThanOrEqual(300);
  const tickets = [4, 3, 2, 1].map((triesLeft) =>
    issueTicket(callerOf('vpn'), 'ann', { requestId, state: 'awaiting-code', triesLeft }),
  );
  expect(new Set(tickets.map((ticket) => ticket.slice(34))).size).toBe(tickets.length);
});
