import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { runVerify } from '../../../cli/verify/run.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { activatePhone } from '../support/appPhone.ts';
import { filesBelow, formsOf, hitsIn } from '../support/needles.ts';
import { countersign } from '../support/phone.ts';
import { addSdkAccount, sdkOf } from '../support/people.ts';
import type { SdkClient } from '../support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';
import type { Stores } from '../support/stores.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

const mark = (): string => randomBytes(6).toString('hex');
const digits = (count: number): string =>
  Array.from(randomBytes(count), (byte) => String(byte % 10)).join('');
const erika = {
  username: `erika${mark()}@example.org`,
  firstName: `Erika${mark()}`,
  lastName: `Muster${mark()}`,
  email: `mail${mark()}@example.net`,
  phone: `172${digits(8)}`,
  oldPhone: `160${digits(8)}`,
  device: `Phone${mark()}`,
  address: '2001:db8:76::4a7d:99',
} as const;
const bob = 'bob@example.org';

/** A person asks for what is known about them, and to be forgotten, whatever the stores are (spec/85 'Erasure'). */
export const privacyPromises = (stores: Stores): void => {
  const data = temporaryData();
  let env: NodeJS.ProcessEnv = {};
  let server: ServerProcess;
  let sdk: SdkClient;

  const found = async (): Promise<readonly string[]> => {
    const files = [...filesBelow(data.path), ...(await stores.files())];
    const needles = Object.entries(erika).flatMap(([name, text]) =>
      formsOf(text).map(({ form, bytes }) => ({ form: `${name} ${form}`, bytes })),
    );
    return hitsIn(files, needles).map(({ file, form }) => `${relative(data.path, file)} ${form}`);
  };

  const told = async (): Promise<string> =>
    JSON.stringify([
      await server.rest.ok('GET', '/audit?limit=200'),
      await server.rest.ok('GET', '/authentications?limit=200'),
      await server.rest.ok('GET', `/users/${erika.username}/history`),
      await server.rest.ok('GET', '/users?limit=200'),
      await server.rest.ok('GET', '/blocks?limit=200'),
    ]);

  beforeAll(async () => {
    env = await stores.start();
    server = await serve({ data: data.path, env });
    const { rest } = server;
    sdk = sdkOf(server, await addSdkAccount(rest, 'svc-portal'));
    await rest.ok('PATCH', '/settings', { numberMatching: 'off' });
    await rest.ok('POST', '/users', { username: bob, firstName: 'Bob', phone: '+49 15112345678' });
    const { username, firstName, lastName, email } = erika;
    const phone = `+49 ${erika.oldPhone}`;
    await rest.ok('POST', '/users', { username, firstName, lastName, email, phone, method: 'app' });
    await rest.ok('PATCH', `/users/${username}`, { phone: `+49 ${erika.phone}` });
    const own = await activatePhone(server, `${data.path}-phone`, username, {
      deviceName: erika.device,
    });
    const calling = sdk.call('PfAuthUser_4', {
      username,
      initiatingAuthenticationType: 'pfsdk',
      initiatingIp: erika.address,
      applicationName: 'Group request',
      requireUserMatch: 'true',
    });
    await own.approve(await own.push('Group request'));
    expect((await calling).text('PfAuthUser_4Result')).toBe('true');
    // A script names the person as the one who changes it.
    await sdk.call('Disable', { username, changedBy: username });
    await sdk.call('Enable', { username, changedBy: username });
    await rest.ok('POST', '/blocks', { username, reason: 'lost phone' });
  }, 180_000);
  afterAll(async () => {
    sdk.close();
    await data.remove();
    await stores.stop();
  });

  test('H60-8 GetUserGdpr gives all that is on record, and nothing that opens a door', async () => {
    const answer = await sdk.call('GetUserGdpr', { username: erika.username.toUpperCase() });
    expect(answer.text('GetUserGdprResult')).toBe('true');
    const userData = answer.text('userData')!.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const { people } = JSON.parse(userData) as {
      people: { username: string; phones: { phone: string }[]; events: { type: string }[] }[];
    };
    expect(people).toHaveLength(1);
    expect(people[0]).toMatchObject({
      username: erika.username,
      firstName: erika.firstName,
      email: erika.email,
    });
    expect(people[0]!.phones.map(({ phone }) => phone)).toEqual([
      `+49 ${erika.oldPhone}`,
      `+49 ${erika.phone}`,
    ]);
    const types = people[0]!.events.map(({ type }) => type);
    for (const type of ['UserAdded', 'AuthenticationRequested', 'DeviceActivated', 'UserExported'])
      expect(types).toContain(type);
    expect(userData).toContain(erika.device);
    expect(userData).toContain(erika.address);
    // Sealed texts, hashes of tokens and seeds stay inside; a seed is shown to nobody.
    expect(userData).not.toMatch(/s1:|"\w*(?:Hash|Key)":|"oathSecret":"(?!\[secret\])/);
  });

  test('a legal hold blocks erasure until it is ended', async () => {
    const { rest } = server;
    const { username } = erika;
    await rest.ok('POST', '/privacy/holds', { username, reason: 'Case 7' });
    const refused = await rest.call('POST', '/privacy/erasures', { username, reason: 'asked' });
    expect(refused.status).toBe(403);
    const answer = await sdk.call('DeleteUserGdpr', { username });
    expect(answer.text('DeleteUserGdprResult')).toBe('false');
    expect(answer.body).toContain('<Code>9024</Code>');
    await rest.ok('GET', `/users/${username}`);
    await rest.ok('POST', '/privacy/hold-releases', { username, reason: 'Case 7 is closed' });
  });

  test('H85-6 SEC-76 after DeleteUserGdpr no file, no answer and no rebuilt view holds anything personal', async () => {
    const { rest } = server;
    const { username } = erika;
    const before = await rest.ok('GET', `/users/${bob}`);
    expect((await found()).length).toBeGreaterThan(0); // The search finds what is there.
    const typedReason = 'lost phone';
    expect(await told()).toContain(typedReason);
    const answer = await sdk.call('DeleteUserGdpr', { username });
    expect(answer.text('DeleteUserGdprResult')).toBe('true');
    await until('the files to hold nothing', async () => (await found()).length === 0);

    const story = await told();
    expect(Object.values(erika).filter((text) => story.includes(text))).toEqual([]);
    expect(story).toContain('[erased]');
    expect(story).not.toContain(typedReason);
    expect(story).toContain('The personal data of [erased] were erased');
    expect(await rest.ok('GET', `/users/${bob}`)).toEqual(before);

    const report = JSON.parse(
      await countersign(['rebuild-views', '--json', '--data', data.path]),
    ) as { tables: { name: string; equal: boolean }[] };
    expect(report.tables.filter(({ equal }) => !equal)).toEqual([]);
    await until('the files to hold nothing again', async () => (await found()).length === 0);
    expect(await told()).toContain('[erased]');
    expect(await rest.ok('GET', `/users/${bob}`)).toEqual(before);
  });

  test('who was erased is not found, and the name is free again', async () => {
    const { rest } = server;
    const { username } = erika;
    expect((await rest.call('POST', '/privacy/exports', { username })).status).toBe(404);
    expect((await sdk.call('DeleteUserGdpr', { username })).body).toContain('<Code>9020</Code>');
    await rest.ok('POST', '/users', { username });
    const at = ['--data', data.path];
    const printed = await countersign(['users', 'export-personal', username, ...at]);
    const { people } = JSON.parse(printed) as { people: unknown[] };
    expect(people).toHaveLength(1);
    const why = ['--reason', 'asked', ...at];
    expect(await countersign(['users', 'erase', username, ...why])).toContain('erased');
  });

  test('SEC-76 what was erased were keys: the log is as it was signed', async () => {
    await countersign(['audit', 'checkpoint', '--data', data.path]);
    await server.kill('SIGTERM');
    if (existsSync(layoutOf(data.path).events)) {
      const verified = runVerify({ path: data.path, keys: [], anchors: [], quiet: true });
      expect(verified).toMatchObject({ code: 0, result: { ok: true } });
    }
    server = await serve({ data: data.path, env });
    await until('the verification of the start', () => server.log().includes('log was verified'));
    const broken = await server.rest.ok('GET', '/audit?type=LedgerChainBroken');
    expect(broken).toMatchObject({ items: [] });
  });
};
