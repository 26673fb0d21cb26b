import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';

/** Operations that only look. */
const readings = /^(?:Get(?!PhoneAppActivationCode|UserGdpr)|Find|Test|Canonicalize)/;

/** What each operation wants besides the person; one that comes with a version has what the first one had. */
const more: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SetPin: { pin: '2591', pinChangeRequired: 'false' },
  OneTimeBypass: { reason: 'No phone' },
  SetOathToken: { secretKey: 'JBSWY3DPEHPK3PXP', timeInterval: '30' },
  ValidateOathCode: { oathCode: '000000' },
  ValidateOtp: { authenticationRequestId: 'A'.repeat(32), otp: '000000' },
  RemoveUserDevice: { deviceToken: 'B'.repeat(32) },
  PfAuthUser: { applicationName: 'Sweep', requireUserMatch: 'true' },
  CombinedAuthUser: { password: 'x' },
};
/** The contract has these, and this version answers them without looking at them. */
const notOffered = /^CombinedAuthUser/;
/** In this order: the person is there first and gone last. */
const first = ['AddUser'];
const last = ['RemoveUser', 'DeleteUserGdpr'];

/** Every operation of the contract that may change something, with arguments for a person. */
export const sdkOrders = (
  username: string,
): readonly (readonly [operation: string, args: Readonly<Record<string, string>>])[] => {
  const all = [...readPfWsSdk().operations.keys()].filter(
    (name) => !readings.test(name) && !notOffered.test(name),
  );
  const between = all.filter((name) => !first.includes(name) && !last.includes(name));
  return [...first, ...between, ...last].map((name) => {
    const args = more[name.replace(/_\d+$/, '')] ?? {};
    return [name, { username, ...args }] as const;
  });
};
