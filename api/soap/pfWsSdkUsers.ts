import { Rejected } from '../../domain/errors.ts';
import type { Arguments } from './deserialise.ts';
import { sdkErrors } from './pfWsSdkCodes.ts';
import { done, findUser, maxLengths, onBehalfOf, optional, required } from './pfWsSdkOperation.ts';
import type { SdkOperation, SdkScope } from './pfWsSdkOperation.ts';
import { changesOf, devicesOf, phonesOf, settingsOf, userPhoneOf } from './pfWsSdkRecords.ts';
import type { SettingsAge } from './pfWsSdkRecords.ts';
import type { UserView } from '../facade.ts';
import type { Outputs } from './serialise.ts';

const reading = (outputs: (user: UserView) => Outputs): SdkOperation => ({
  scope: 'read users',
  missing: 'userNotFound',
  run: async (args, context) => ({ ...done, ...outputs(await findUser(context, args)) }),
});

const writing = (run: SdkOperation['run'], scope: SdkScope = 'write users'): SdkOperation => ({
  scope,
  missing: 'userNotFound',
  run,
});

export const canonicalizeUser = reading(({ username }) => ({ canonicalUsername: username }));
export const getPhone = reading((user) => ({ userPhone: userPhoneOf(user) }));
export const getUserDevices = reading((user) => ({ userDevices: devicesOf(user) }));
export const getUserInfo = reading((user) => ({
  userSettings: settingsOf(3, user),
  userPhone: userPhoneOf(user),
  userDevices: devicesOf(user),
}));
export const getUserSettings = (age: SettingsAge): SdkOperation =>
  reading((user) => ({ userSettings: settingsOf(age, user) }));

export const setEnabled = (enabled: boolean): SdkOperation =>
  writing(async (args, context) => {
    const caller = onBehalfOf(context, args, 'changedBy');
    await context.facade.commands.setUserEnabled(caller, required(args, 'username'), enabled);
    return done;
  });

export const addUser = writing(async (args, context) => {
  const settings = args.record('userSettings');
  const { phone, backupPhone = '' } = phonesOf(args.record('userPhone'));
  await context.facade.commands.addUser(onBehalfOf(context, args, 'changedBy'), {
    username: required(args, 'username'),
    ...changesOf(3, settings),
    ...(phone === '' ? {} : { phone }),
    ...(backupPhone === '' ? {} : { backupPhone }),
    ...(settings.has('Enabled') ? { enabled: settings.flag('Enabled') } : {}),
  });
  return done;
});

export const removeUser = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'changedBy');
  await context.facade.commands.removeUser(caller, required(args, 'username'));
  return done;
});

export const setUserSettings = (age: SettingsAge): SdkOperation =>
  writing(async (args, context) => {
    const { commands } = context.facade;
    const user = await findUser(context, args);
    const settings = args.record('userSettings');
    const caller = onBehalfOf(context, args, 'changedBy');
    const changes = changesOf(age, settings, user);
    if (Object.keys(changes).length > 0) await commands.updateUser(caller, user.username, changes);
    if (settings.has('Enabled') && settings.flag('Enabled') !== user.enabled) {
      await commands.setUserEnabled(caller, user.username, !user.enabled);
    }
    return done;
  });

export const setPhone = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'changedBy');
  const phones = phonesOf(args.record('userPhone'));
  await context.facade.commands.updateUser(caller, required(args, 'username'), phones);
  return done;
});

export const setPin = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'changedBy');
  await context.facade.commands.setPin(caller, required(args, 'username'), {
    pin: required(args, 'pin'),
    changeRequired: args.flag('pinChangeRequired'),
  });
  return done;
});

export const oneTimeBypass = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'bypassedBy');
  await context.facade.commands.createBypass(caller, required(args, 'username'), {
    reason: required(args, 'reason', maxLengths.text),
    ...(args.has('seconds') ? { seconds: args.number('seconds') } : {}),
  });
  return done;
}, 'bypass');

export const setOathToken = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'changedBy');
  await context.facade.commands.assignOathToken(caller, required(args, 'username'), {
    secret: required(args, 'secretKey', maxLengths.secret),
    periodSeconds: period(args),
    ...serial(args),
  });
  return done;
});

const period = (args: Arguments): 30 | 60 => {
  const seconds = args.number('timeInterval');
  if (seconds === 60) return 60;
  if (seconds === 30 || seconds === 0) return 30; // Absent reads as 0, and 30 is what tokens have.
  throw new Rejected('invalid', 'time interval');
};

const serial = (args: Arguments): { serial?: string } => {
  const text = optional(args, 'serialNumber');
  return text === '' ? {} : { serial: text };
};

export const getPhoneAppActivationCode = writing(async (args, context) => {
  const caller = onBehalfOf(context, args, 'changedBy');
  const issued = await context.facade.commands.createActivation(caller, required(args, 'username'));
  return { ...done, activationCode: issued.code, activationUrl: issued.url };
}, 'mobile');

export const removeUserDevice: SdkOperation = {
  scope: 'write users',
  missing: 'notFound',
  async run(args, context) {
    const caller = onBehalfOf(context, args, 'changedBy');
    const [username, deviceId] = [required(args, 'username'), required(args, 'deviceToken')];
    const user = await context.facade.queries.findUser(username);
    if (user === undefined) return { Result: false, error: sdkErrors.userNotFound };
    await context.facade.commands.removeDevice(caller, user.username, deviceId);
    return done;
  },
};
