import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ContactUncertain } from '../../../adapters/telephony/port.ts';
import { until } from '../../e2e/support/until.ts';
import { spawnNetwork, type NetworkProcess } from '../../phonenet/process.ts';
import { phonesAt } from '../../phonenet/support.ts';
import { freePort } from '../../support/freePort.ts';
import { count } from '../../support/profile.ts';
import { contactFor, limits, newNumber, now, providerAt, telephonyOf } from './support.ts';

/* The provider dies for real between taking a contact and saying so, and comes back with what it knew. */

const rounds = count(200);
/** Whatever a busy machine takes to start a program: no promise is measured by it. */
const withinMs = 60_000 + rounds * 15_000;

/** It is the kill that ends the waiting: a busy machine may take its time over that. */
const patient = { ...limits, sendTimeoutMs: 10_000 };

describe.each(['twilio', 'http'] as const)('a provider of type %s', (type) => {
  let folder: string;
  let args: readonly string[];
  let network: NetworkProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-network-'));
    const port = await freePort();
    args = ['--port', String(port), '--state', join(folder, 'state'), '--second-ms', '10'];
    network = await spawnNetwork(args);
  }, 30_000);
  afterAll(async () => {
    await network.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    `REL-10 that is killed between taking and answering contacts nobody twice (${rounds} rounds)`,
    async () => {
      let uncertain = 0;
      for (let round = 0; round < rounds; round += 1) {
        const to = newNumber();
        const contact = contactFor(to, round % 4 < 2 ? 'call' : 'text');
        const startedAt = now();
        const telephony = telephonyOf([providerAt(network, type)], {}, patient);
        const byChance = round % 2 === 0;
        await phonesAt(network.url).set(to, byChance ? {} : { fault: 'silentAfterAccepting' });
        const trying = telephony
          .contact(contact, false, startedAt)
          .catch((error: unknown) => error);
        // By turns at any moment around the answer, and when it has been taken for certain.
        if (byChance) await pause(Math.random() * 12);
        else
          await until('the contact to be taken', () =>
            network.lines.some((line) => line.includes(to)),
          );
        await network.kill('SIGKILL');
        const outcome = await trying;
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(ContactUncertain);
          uncertain += 1;
          // It stays uncertain for as long as the only one who knows is away.
          await expect(telephony.contact(contact, true, startedAt)).rejects.toThrow(
            ContactUncertain,
          );
        }
        network = await spawnNetwork(args);
        const phones = phonesAt(network.url);
        await phones.set(to, {});
        if (outcome instanceof Error) {
          // On a busy machine the provider that came back may be asked more than once.
          const found = await until('the provider to say', () =>
            telephony.contact(contact, true, startedAt).catch((error: unknown) => {
              expect(error).toBeInstanceOf(ContactUncertain);
              return undefined;
            }),
          );
          expect(found).toMatchObject({ kind: 'accepted' });
        } else if ((outcome as { kind: string }).kind === 'refused')
          expect(await phones.log(to)).toEqual({ calls: [], texts: [] });
        const { calls, texts } = await phones.log(to);
        const isRefused =
          !(outcome instanceof Error) && (outcome as { kind: string }).kind === 'refused';
        expect(calls.length + texts.length).toBe(isRefused ? 0 : 1);
      }
      expect(uncertain).toBeGreaterThanOrEqual(Math.floor(rounds / 2));
    },
    withinMs,
  );
});
