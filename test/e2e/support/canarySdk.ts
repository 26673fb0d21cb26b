import { postXml } from './appPhone.ts';
import type { CanaryWorld } from './canaryWorld.ts';
import { sdkPath } from './sdk.ts';

const sdkNamespace = 'http://www.phonefactor.com/PfWsSdk';

const element = (name: string, value: string): string => `<${name}>${value}</${name}>`;
const elements = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => element(name, value))
    .join('');
const envelope = (operation: string, inner: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${operation} xmlns="${sdkNamespace}">${inner}</${operation}></soap:Body></soap:Envelope>`;

/** Canaries through the Web Service SDK. */
export const driveSdk = async ({ server, canary, heard, made }: CanaryWorld): Promise<void> => {
  const { otherUsername } = canary;
  const basic = (name: string, password: string): string =>
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const ours = basic('svc', String(made['accountPassword']));
  const viaSoap = async (operation: string, body: string, authorization = ours): Promise<void> => {
    const {
      status,
      headers,
      body: text,
    } = await postXml(server, sdkPath, body, {
      headers: {
        authorization,
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${sdkNamespace}/${operation}"`,
      },
    });
    heard.push({ door: `SOAP ${operation}`, status, text: JSON.stringify(headers) + text });
  };
  const operation = (name: string, inner: string) => viaSoap(name, envelope(name, inner));
  const { changedBy } = canary;
  const settings = element(
    'userSettings',
    elements({ Email: canary.otherEmail, Mode: 'oathToken' }),
  );
  const phone = element(
    'userPhone',
    elements({ CountryCode: '1', PhoneNumber: canary.otherPhoneNumber }),
  );
  const other = elements({ username: otherUsername });
  await operation('AddUser', `${other}${settings}${phone}${elements({ changedBy })}`);
  await operation('SetPhone', `${other}${phone}${elements({ changedBy })}`);
  await operation(
    'SetPin',
    `${other}${elements({ pin: canary.pin, pinChangeRequired: 'false', changedBy })}`,
  );
  const token = elements({ secretKey: canary.soapSeed, timeInterval: '30', changedBy });
  await operation('SetOathToken', other + token);
  await operation(
    'SetOathToken',
    other + elements({ secretKey: `${canary.soapSeed}!`, timeInterval: '30' }),
  );
  await operation('ValidateOathCode', other + elements({ oathCode: canary.typedCode }));
  const station = elements({
    initiatingIp: canary.freeTextIp,
    applicationName: 'SOAP',
    requireUserMatch: 'true',
  });
  await operation('PfAuthUser_4', other + station);
  await operation(
    'ValidateOtp',
    elements({ authenticationRequestId: 'A'.repeat(32), otp: canary.typedCode }),
  );
  await operation('GetUserInfo', elements({ username: canary.unknownUsername }));
  await viaSoap('SetPin', `<a>${canary.pin}</b>`);
  await viaSoap(
    'SetPin',
    envelope('Unheard', elements({ pin: canary.pin, secret: canary.soapSeed })),
  );
  await viaSoap('SetPin', `<!DOCTYPE x [<!ENTITY y "${canary.pin}">]>${envelope('SetPin', '&y;')}`);
  await viaSoap('TestSecurity', envelope('TestSecurity', ''), basic('svc', canary.wrongPassword));
  await viaSoap('TestSecurity', envelope('TestSecurity', ''), basic(canary.email, canary.pin));
};
