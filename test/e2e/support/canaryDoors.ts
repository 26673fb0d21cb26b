import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { soapActionOf, writePfPaWsRequest } from '../../../api/soap/pfPaWsCodec.ts';
import type { PfPaWsRequest } from '../../../api/soap/pfPaWsMessages.ts';
import { decodeBase32 } from '../../../adapters/otp/base32.ts';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import { contextFor, envelope as wireEnvelope } from '../../../cli/authenticator/wire.ts';
import { readAdminToken } from '../../../runtime/adminToken.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { activatePhone, postXml } from './appPhone.ts';
import type { Canaries } from './canaries.ts';
import { sdkPath } from './sdk.ts';
import type { ServerProcess } from './serverProcess.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));
const sdkNamespace = 'http://www.phonefactor.com/PfWsSdk';

/** An answer as it went over the wire, with headers. */
export type Heard = { readonly door: string; readonly status: number; readonly text: string };

/** What was heard, and the secrets that the server made on the way. */
export type Driven = {
  readonly heard: readonly Heard[];
  readonly made: Readonly<Record<string, string | Buffer>>;
};

const element = (name: string, value: string): string => `<${name}>${value}</${name}>`;
const elements = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => element(name, value))
    .join('');
const envelope = (operation: string, inner: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${operation} xmlns="${sdkNamespace}">${inner}</${operation}></soap:Body></soap:Envelope>`;

/** Drives canaries through every door, in calls that work, that fail, and that cannot be read. */
export const driveCanaries = async (
  server: ServerProcess,
  home: string,
  canary: Canaries,
): Promise<Driven> => {
  const heard: Heard[] = [];
  const made: Record<string, string | Buffer> = {};
  const { info } = server;
  const adminToken = readAdminToken(layoutOf(info.data).adminToken);

  const viaRest = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> => {
    const response = await fetch(`${info.http}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const head = JSON.stringify([...response.headers]);
    heard.push({ door: `${method} ${path}`, status: response.status, text: head + answer });
    return answer.startsWith('{') ? (JSON.parse(answer) as Record<string, unknown>) : {};
  };
  const keep = (name: string, from: Record<string, unknown>, field: string): void => {
    const value = from[field];
    if (typeof value !== 'string') throw new Error(`${name} was not made`);
    made[name] = value;
  };

  const account = await viaRest('POST', '/service-accounts', { name: 'svc' });
  keep('accountPassword', account, 'password');
  const client = await viaRest('POST', '/api-clients', { name: 'client', scopes: ['verify'] });
  keep('apiToken', client, 'token');
  const { username, otherUsername } = canary;
  const person = {
    username,
    firstName: canary.firstName,
    lastName: canary.lastName,
    email: canary.email,
    phone: `+1 ${canary.phoneNumber}`,
    method: 'app',
  };
  await viaRest('POST', '/users', person);
  await viaRest('POST', '/users', person);
  await viaRest('PATCH', `/users/${username}`, { email: canary.email, phone: canary.phoneNumber });
  const phoneText = `+1 ${canary.phoneNumber}`;
  await viaRest('PATCH', `/users/${username}`, { email: canary.otherEmail, phone: phoneText });
  await viaRest('POST', '/users', { ...person, username: canary.unknownUsername, pin: canary.pin });
  await viaRest('POST', '/users', `{"username": "${username}", "email": "${canary.email}"`);
  await viaRest('POST', '/users', `{"phone": ${canary.phoneNumber}, "pin": "${canary.pin}"}`);
  await viaRest('POST', `/users/${username}/tokens`, { secret: canary.importedSeed });
  await viaRest('POST', `/users/${username}/tokens`, { secret: `${canary.importedSeed}!` });
  keep('generatedSeed', await viaRest('POST', `/users/${username}/tokens`, {}), 'secret');
  const asked = { user: username, application: 'Canaries', clientIp: canary.clientIp };
  for (const code of [canary.typedCode, canary.typedText, canary.pin])
    await viaRest('POST', '/authentications', { ...asked, code });
  const open = await viaRest('POST', '/authentications', { ...asked, method: 'oath' });
  const submit = `/authentications/${String(open['requestId'])}/code`;
  await viaRest('POST', submit, { code: canary.typedCode });
  await viaRest('POST', submit, { code: [canary.typedCode] });
  await viaRest('POST', submit, { code: canary.pin.repeat(10) });
  await viaRest('POST', '/authentications', { ...asked, user: canary.unknownUsername });
  await viaRest('POST', '/authentications', { ...asked, pin: canary.pin });
  await viaRest('GET', `/users?text=${canary.email}`);
  await viaRest('GET', `/users/${canary.pin}`);
  await viaRest('GET', `/nothing/${canary.typedCode}?secret=${canary.importedSeed}`);
  await viaRest('GET', '/users', undefined, { authorization: `Bearer ${canary.wrongToken}` });
  await viaRest('GET', '/users', undefined, { authorization: `Basic ${canary.wrongPassword}` });

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

  const handset = await activatePhone(server, join(home, 'handset'), username, {
    deviceName: canary.deviceName,
    onAnswer: (body) => {
      const code = /<ConfirmationCode>(\d{16})</i.exec(body)?.[1];
      if (code !== undefined) made['confirmationCode'] = code;
    },
  });
  made['activationCode'] = handset.activation.code;
  made['routeSegment'] = handset.activation.url.split('/').at(-1) ?? '';
  made['deviceToken'] = handset.account.deviceToken;
  made['appSeed'] = handset.account.oathSecret ?? '';
  const pushed = { ...asked, application: 'Pushed', method: 'app', expiresIn: 60 };
  await viaRest('POST', '/authentications', pushed);
  const push = await handset.push('Pushed');
  made['proof'] = handset.proofFor(push);
  const viaPad = async (answer: ReturnType<typeof handset.approve>): Promise<void> => {
    const { status, headers, body } = await answer;
    heard.push({ door: 'pad', status, text: JSON.stringify(headers) + body });
    const permit = /<dosPreventer>([^<]+)</.exec(body)?.[1];
    if (permit !== undefined) made['permit'] = permit;
  };
  const fetching = writePadRequest({
    message: 'phoneAppAuthenticationRequest',
    ...wireEnvelope(),
    context: {
      ...contextFor(push['guid'] ?? '', handset.account.deviceToken, ''),
      needDosPreventer: true,
    },
  });
  await viaPad(postXml(server, '/pa/pad', fetching));
  await viaPad(handset.approve(push, { deviceToken: canary.wrongDeviceToken }));
  await viaPad(handset.approve(push, { proof: canary.pin }));
  await viaPad(handset.approve(push, { guid: randomUUID() }));
  await viaPad(handset.approve(push));
  await viaPad(handset.approve(push));
  await viaPad(postXml(server, '/pa/pad', `<pfpMessage>${canary.wrongDeviceToken}`));
  const viaPhone = async (request: PfPaWsRequest): Promise<void> => {
    const { status, headers, body } = await postXml(
      server,
      '/pa/PfPaWs.asmx',
      writePfPaWsRequest(request),
      {
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          soapaction: `"${soapActionOf(request)}"`,
        },
      },
    );
    heard.push({ door: request.op, status, text: JSON.stringify(headers) + body });
  };
  await viaPhone({
    op: 'ActivateNew',
    activationCode: canary.wrongActivationCode,
    deviceToken: canary.wrongDeviceToken,
    deviceName: canary.deviceName,
    oathCounter: '1',
    version: '1',
  });
  await viaPhone({ op: 'ConfirmActivation', confirmationCode: canary.wrongConfirmationCode });

  const cli = async (...args: string[]): Promise<void> => {
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        [program, ...args, '--data', info.data],
        {
          timeout: 30_000,
        },
      );
      heard.push({ door: `CLI ${args[0]}`, status: 200, text: stdout + stderr });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      heard.push({ door: `CLI ${args[0]}`, status: 500, text: stdout + stderr });
    }
  };
  await cli(
    'users',
    'add',
    canary.unknownUsername,
    '--email',
    canary.email,
    '--phone',
    `+1 ${canary.phoneNumber}`,
  );
  await cli('users', 'add', username, '--email', canary.otherEmail);
  await cli('audit', 'list', '--limit', '200');

  for (const [name, value] of Object.entries({ ...canary, ...made }))
    if (/seed$/i.test(name) && typeof value === 'string')
      made[`${name}Bytes`] = Buffer.from(decodeBase32(value));
  return { heard, made };
};
