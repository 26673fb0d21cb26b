import type { CanaryWorld } from './canaryWorld.ts';

/** Canaries through the REST interface: in calls that work, that fail, and that cannot be read. */
export const driveRest = async ({ canary, made, viaRest }: CanaryWorld): Promise<void> => {
  const keep = (name: string, from: Record<string, unknown>, field: string): void => {
    const value = from[field];
    if (typeof value !== 'string') throw new Error(`${name} was not made`);
    made[name] = value;
  };
  const account = await viaRest('POST', '/service-accounts', { name: 'svc' });
  keep('accountPassword', account, 'password');
  const client = await viaRest('POST', '/api-clients', { name: 'client', scopes: ['verify'] });
  keep('apiToken', client, 'token');
  const { username } = canary;
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
};
