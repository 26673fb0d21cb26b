import { join } from 'node:path';
import type { Phone } from '../../../cli/authenticator/phone.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PhoneCompany } from '../support/phoneCompany.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { pool } from '../support/pool.ts';
import type { Supervised } from '../support/supervised.ts';
import { addTerminalPhone } from '../support/terminalPhone.ts';

/* People with every kind of phone and token, each of whom is in one login at a time. */

export type Called = { readonly username: string; readonly phone: string };
export type Pushed = { readonly username: string; readonly phone: PocketPhone };
export type Coded = OathUser & { usedStep: number };

export type PeopleOptions = {
  readonly server: Supervised;
  readonly company: PhoneCompany;
  readonly folder: string;
  /** How many have a token: each can log in once in thirty seconds. */
  readonly coded: number;
  /** How many there are of every other kind. */
  readonly each: number;
};

/** An application whose approvals are remembered; its logins cannot have a name each. */
export const cachedApplication = 'Cached';
export const pin = '739104';

export const preparePeople = async (options: PeopleOptions) => {
  const { server, company, folder, coded: many, each } = options;
  const { rest, info } = server.now();
  const add = (username: string, more: object) => rest.ok('POST', '/users', { username, ...more });

  const pushUsers = async (prefix: string, wanted: number) => {
    const made: Pushed[] = [];
    for (let number = 0; number < wanted; number += 1) {
      const username = `${prefix}${number}@example.org`;
      made.push({ username, phone: await addPhoneUser({ rest, username, ca: info.ca, folder }) });
    }
    return made;
  };
  let numbers = 0;
  const newNumber = (): string => `+1555010${String((numbers += 1)).padStart(4, '0')}`;
  const written = (number: string): string => `+1 ${number.slice(2)}`;
  const phoneUsers = async (
    prefix: string,
    more: object,
    behaviour: Parameters<PhoneCompany['phones']['set']>[1],
    backup?: typeof behaviour,
  ): Promise<readonly Called[]> => {
    const made: Called[] = [];
    for (let number = 0; number < each; number += 1) {
      const [username, phone] = [`${prefix}${number}@example.org`, newNumber()];
      await company.phones.set(phone, behaviour);
      const second = newNumber();
      if (backup) await company.phones.set(second, backup);
      const backupPhone = backup ? { backupPhone: written(second) } : {};
      await add(username, { phone: written(phone), ...backupPhone, ...more });
      made.push({ username, phone });
    }
    return made;
  };
  const pinUser = async (username: string): Promise<Phone> => {
    const phone = await addTerminalPhone(server.now(), {
      username,
      folder: join(folder, 'of-pin'),
    });
    await rest.ok('PATCH', `/users/${username}`, { appMode: 'pin' });
    await rest.ok('PUT', `/users/${username}/pin`, { pin, changeRequired: false });
    return phone;
  };

  const approvers = await pushUsers('approver', each);
  const deniers = await pushUsers('denier', each);
  const pinPhone = await pinUser('pin@example.org');
  const coded: Coded[] = [];
  for (let number = 0; number < many; number += 1)
    coded.push({ ...(await addOathUser(rest, `coded${number}@example.org`)), usedStep: 0 });
  const withApprover = pool(approvers);
  const withDenier = pool(deniers);
  const withPin = pool([pinPhone]);
  const withCoded = pool(coded);
  const withCached = pool([await addOathUser(rest, 'cached@example.org')]);
  const oneWay = await phoneUsers('one', { method: 'sms' }, {});
  const withOneWay = pool(oneWay);
  const twoWay = { method: 'sms', smsDirection: 'twoWay' };
  const withTwoWay = pool(await phoneUsers('two', twoWay, {}));
  const withCalled = pool(await phoneUsers('called', { method: 'call' }, { keys: '#' }));
  const withLoud = pool(await phoneUsers('loud', { method: 'call' }, { keys: '0#2' }));
  const busy = [{ answer: 'busy' }, { keys: '#' }] as const;
  const withBusy = pool(await phoneUsers('busy', { method: 'call' }, ...busy));
  const withBypassed = pool(oneWay.map(({ username }) => `bypassed-${username}`));
  for (const { username } of oneWay) await add(`bypassed-${username}`, { method: 'oath' });
  await withCached(({ username, rightCode }) =>
    rest.ok('POST', '/authentications', {
      user: username,
      application: cachedApplication,
      code: rightCode(),
    }),
  );
  return {
    withApprover,
    withDenier,
    withPin,
    withCoded,
    withCached,
    withOneWay,
    withTwoWay,
    withCalled,
    withLoud,
    withBusy,
    withBypassed,
    phones: [...approvers, ...deniers].map(({ phone }) => phone),
  };
};
