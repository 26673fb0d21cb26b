import { describe, expect, test } from '@jest/globals';
import { matchesWildcard } from '../../../api/soap/pfWsSdkSearch.ts';
import { alice } from './fakeFacade.ts';
import { caller, ok, sdkUnderTest, user } from './sdkUnderTest.ts';

const { call, facade } = sdkUnderTest();

describe('users', () => {
  test.each([
    [
      'GetUserSettings',
      '<Mode>phone</Mode><PinMode>standard</PinMode><PinChangeRequired>false</PinChangeRequired><Enabled>true</Enabled>',
    ],
    [
      'GetUserSettings_2',
      '<Mode>phoneApp</Mode><PinMode>standard</PinMode><SmsDirection>oneWay</SmsDirection><SmsMode>otp</SmsMode><PhoneAppMode>standard</PhoneAppMode><PinChangeRequired>false</PinChangeRequired><Enabled>true</Enabled>',
    ],
    [
      'GetUserSettings_3',
      '<PinChangeRequired>false</PinChangeRequired><OathTokenEnabled>true</OathTokenEnabled><OathTokenSerialNumber>S-1</OathTokenSerialNumber><Enabled>true</Enabled>',
    ],
  ])('%s in the members of its age', async (operation, members) => {
    const answer = await call(operation, user);
    expect(answer).toContain(
      '<userSettings><FirstName>Alice</FirstName><LastName>A</LastName><Email>alice@example.org</Email><UserGroup>Sales</UserGroup><Language>en</Language><Mode>',
    );
    expect(answer).toContain(`${members}</userSettings>${ok}`);
  });

  test('GetUserInfo, GetPhone and GetUserDevices never show more than the view', async () => {
    const phone =
      '<userPhone><CountryCode>1</CountryCode><PhoneNumber>XXXXXXX147</PhoneNumber><Extension>12</Extension></userPhone>';
    const devices =
      '<userDevices><UserDevice><DeviceName>Phone</DeviceName><DeviceToken>D1</DeviceToken><OathTokenEnabled>false</OathTokenEnabled></UserDevice></userDevices>';
    expect(await call('GetPhone', user)).toContain(phone);
    expect(await call('GetUserDevices', user)).toContain(devices);
    expect(await call('GetUserInfo', user)).toContain(`</userSettings>${phone}${devices}${ok}`);
  });

  test('Disable and Enable: the account is the actor, the name in the message stands beside it', async () => {
    expect(await call('Disable', `${user}<changedBy>alice@EXAMPLE.org</changedBy>`)).toBe(
      `<DisableResult>true</DisableResult>${ok}`,
    );
    await call('Enable', user);
    expect(facade.asked).toEqual([
      [
        'setUserEnabled',
        { ...caller, onBehalfOf: 'alice@EXAMPLE.org' },
        'alice@EXAMPLE.org',
        false,
      ],
      ['setUserEnabled', caller, 'alice@EXAMPLE.org', true],
    ]);
  });

  test('AddUser and RemoveUser', async () => {
    const settings =
      '<userSettings><FirstName>Bob</FirstName><Mode>oathToken</Mode><Enabled>true</Enabled></userSettings>';
    const phone =
      '<userPhone><CountryCode>49</CountryCode><PhoneNumber>301234</PhoneNumber><Extension>5</Extension></userPhone>';
    expect(await call('AddUser', `<username>bob</username>${phone}${settings}`)).toContain(
      '<AddUserResult>true',
    );
    expect(facade.asked[0]?.[2]).toEqual({
      username: 'bob',
      firstName: 'Bob',
      method: 'oath',
      enabled: true,
      phone: '+49 301234 x5',
    });
    expect(await call('AddUser', user)).toContain('<Code>9021<');
    expect(await call('RemoveUser', '<username>bob</username>')).toContain('<Code>9020<');
  });

  test('SetUserSettings changes what was given and what its type can express', async () => {
    await call(
      'SetUserSettings',
      `${user}<userSettings><Email>a@b</Email><Mode>phone</Mode><Enabled>false</Enabled></userSettings>`,
    );
    await call('SetUserSettings_3', `${user}<userSettings><Mode>phone</Mode></userSettings>`);
    expect(facade.asked.map(([command, , , input]) => [command, input])).toEqual([
      ['updateUser', { email: 'a@b' }],
      ['setUserEnabled', false],
      ['updateUser', { method: 'call' }],
    ]);
  });

  test.each([
    ['SetUserSettings', '<PinMode>pin</PinMode>', { appMode: 'pin' }],
    [
      'SetUserSettings_2',
      '<Mode>sms</Mode><SmsMode>otpPlusPin</SmsMode>',
      { method: 'sms', smsMode: 'pin' },
    ],
    ['SetUserSettings_2', '<SmsDirection>twoWay</SmsDirection>', { smsDirection: 'twoWay' }],
    ['SetUserSettings_2', '<PinMode>pin</PinMode><PhoneAppMode>standard</PhoneAppMode>', undefined],
    [
      'SetUserSettings_3',
      '<Mode>phone</Mode><PinMode>pin</PinMode><Language>de</Language>',
      {
        method: 'call',
        callMode: 'pin',
        callLanguage: 'de',
      },
    ],
  ])('%s takes %s', async (operation, settings, changes) => {
    await call(operation, `${user}<userSettings>${settings}</userSettings>`);
    expect(facade.asked.map(([, , , input]) => input)).toEqual(changes ? [changes] : []);
  });

  test('PinChangeRequired is refused: it goes with the PIN', async () => {
    const settings = '<userSettings><PinChangeRequired>true</PinChangeRequired></userSettings>';
    expect(await call('SetUserSettings_2', `${user}${settings}`)).toContain('<Code>9024<');
  });

  test('SetPhone takes both numbers; without a country code the company’s counts', async () => {
    await call(
      'SetPhone',
      `${user}<userPhone><CountryCode>43</CountryCode><PhoneNumber>5550100</PhoneNumber><BackupPhoneNumber>5550101</BackupPhoneNumber><BackupExtension>7</BackupExtension></userPhone>`,
    );
    expect(facade.asked[0]?.[3]).toEqual({ phone: '+43 5550100', backupPhone: '5550101 x7' });
  });

  test('SetPhone, SetOathToken, GetPhoneAppActivationCode, RemoveUserDevice', async () => {
    await call('SetPhone', `${user}<userPhone><PhoneNumber>5550100</PhoneNumber></userPhone>`);
    await call(
      'SetOathToken',
      `${user}<serialNumber>S</serialNumber><secretKey>ABC</secretKey><timeInterval>60</timeInterval>`,
    );
    expect(await call('GetPhoneAppActivationCode', user)).toContain(
      '<activationCode>123456789</activationCode><activationUrl>https://m.example.org/s</activationUrl>',
    );
    await call('RemoveUserDevice', `${user}<deviceToken>D1</deviceToken>`);
    expect(facade.asked.map(([command, , , input]) => [command, input])).toEqual([
      ['updateUser', { phone: '5550100' }],
      ['assignOathToken', { secret: 'ABC', serial: 'S', periodSeconds: 60 }],
      ['createActivation', undefined],
      ['removeDevice', 'D1'],
    ]);
    expect(
      await call(
        'SetOathToken',
        `${user}<secretKey>ABC</secretKey><timeInterval>45</timeInterval>`,
      ),
    ).toContain('<Code>9024<');
  });

  test('RemoveUserDevice tells an unknown user from an unknown device', async () => {
    expect(
      await call('RemoveUserDevice', '<username>bob</username><deviceToken>D1</deviceToken>'),
    ).toContain('<Code>9020<');
    facade.missingDevices = true;
    expect(await call('RemoveUserDevice', `${user}<deviceToken>D9</deviceToken>`)).toContain(
      '<Code>9023<',
    );
  });

  test.each([
    ['', true],
    ['<usernameFilter>alice*</usernameFilter>', true],
    [
      '<usernameFilter>alice*</usernameFilter><usernameCaseSensitive>true</usernameCaseSensitive>',
      false,
    ],
    ['<emailFilter>*@example.org</emailFilter><phoneFilter>*147</phoneFilter>', true],
    ['<modeFilter>phoneApp</modeFilter><modeSpecified>true</modeSpecified>', true],
    ['<modeFilter>sms</modeFilter>', true],
    ['<modeFilter>sms</modeFilter><modeSpecified>true</modeSpecified>', false],
    ['<enabledFilter>false</enabledFilter><enabledSpecified>1</enabledSpecified>', false],
    ['<pinModeFilter>pin</pinModeFilter><pinModeSpecified>true</pinModeSpecified>', false],
    ['<tagIds><string/></tagIds>', true],
    ['<tagIds><string>t</string></tagIds>', false],
  ])('FindUsers_4 %s', async (filters, found) => {
    const answer = await call('FindUsers_4', filters);
    expect(answer).toContain('<resultsComplete>true</resultsComplete>');
    expect(answer).toContain(
      found ? '<UserRow><Username>Alice@example.org</Username>' : '<userResults/>',
    );
  });

  test('FindUsers stops at 1,000 and says so', async () => {
    facade.users = Array.from({ length: 1_001 }, (_, i) => ({ ...alice, username: `u${i}` }));
    const answer = await call('FindUsers', '<usernameFilter>u*</usernameFilter>');
    expect(answer.match(/<UserRow>/g)).toHaveLength(1_000);
    expect(answer).toContain('<resultsComplete>false</resultsComplete>');
  });
});

test.each([
  ['a*c', 'abc', true],
  ['a*c', 'ac', true],
  ['a*c', 'a', false],
  ['*', '', true],
  ['**b**', 'abc', true],
  ['a*a', 'a', false],
  ['a*b*c', 'acb', false],
  ['abc', 'abc', true],
  ['ab', 'abc', false],
])('wildcard %s on %s', (pattern, text, fits) => {
  expect(matchesWildcard(pattern, text)).toBe(fits);
});
