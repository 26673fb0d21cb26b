import { normaliseSpareCode } from '../../../domain/spareCodes.ts';
import type { CanaryWorld } from './canaryWorld.ts';

const csv = { 'content-type': 'text/csv' };

/** Canaries in what is kept of people: PINs, spare codes, files, approvals; and in what the configuration keeps. */
export const driveRecords = async (world: CanaryWorld): Promise<void> => {
  await keepProofs(world);
  await sendFiles(world);
  await configure(world);
  await askApproval(world);
};

const keepProofs = async ({ canary, made, viaRest }: CanaryWorld): Promise<void> => {
  const person = `/users/${canary.username}`;
  const setPin = (pin: unknown) => viaRest('PUT', `${person}/pin`, { pin, changeRequired: false });
  await setPin(canary.keptPin);
  await setPin(`${canary.keptPin}x`);
  await setPin([canary.keptPin]);
  const issued = await viaRest('POST', `${person}/recovery-codes`);
  const [code = ''] = issued['codes'] as readonly string[];
  made['recoveryCode'] = code;
  made['plainRecoveryCode'] = normaliseSpareCode(code) ?? '';
  const pass = await viaRest('POST', `${person}/access-pass`, { reason: 'a canary' });
  made['passCode'] = String(pass['code']);
  const questions = ['One?', 'Two?', 'Three?', 'Four?'].map((question, number) => ({
    question,
    answer: `${canary.questionAnswer}${number}`,
  }));
  await viaRest('PUT', `${person}/questions`, { questions });
  await viaRest('PUT', `${person}/questions`, { questions: questions.slice(1) });
  const asked = { user: canary.username, application: 'Spare', method: 'oath' };
  for (const typed of [code, code, made['passCode']])
    await viaRest('POST', '/authentications', { ...asked, code: typed });
};

const sendFiles = async ({ canary, viaRest }: CanaryWorld): Promise<void> => {
  const { username, listedEmail, listedPhone, fileSeed } = canary;
  const people = ['Username,Email,Primary Country Code,Primary Phone,Enabled'];
  people.push(`${username},${listedEmail},1,${listedPhone},true`);
  people.push(`${username}-2,${listedEmail},1,${listedPhone}x,perhaps`);
  const began = await viaRest('POST', '/users/import?dryRun=false', people.join('\n'), csv);
  await viaRest('GET', `/imports/${String(began['importId'])}?wait=5&since=1`);
  await viaRest('POST', '/users/import', `"${listedEmail},${listedPhone}`, csv);
  const tokens = `serial,secret,interval\nC-1,${fileSeed},30\nC-2,${fileSeed}!,30\n`;
  const stocked = await viaRest('POST', '/tokens/import', tokens, csv);
  await viaRest('GET', `/imports/${String(stocked['importId'])}?wait=5&since=1`);
  await viaRest('POST', '/tokens/C-1/assign', { username });
  await viaRest('POST', '/tokens/import', `<KeyContainer>${fileSeed}`, {
    'content-type': 'application/pskc+xml',
  });
};

const configure = async ({ canary, made, viaRest }: CanaryWorld): Promise<void> => {
  const provider = {
    type: 'http',
    baseUrl: 'https://gateway.example.org/',
    account: 'us',
    secret: canary.providerSecret,
    from: '+15550000100',
    order: 0,
    texts: false,
    calls: false,
  };
  await viaRest('PUT', '/configuration/telephonyProvider/gw', provider);
  await viaRest('PUT', '/configuration/telephonyProvider/gw', { ...provider, order: 'first' });
  await viaRest('PUT', '/configuration/smtpServer/main', {
    host: 'mail.example.org',
    port: 587,
    security: 'starttls',
    user: 'mfa',
    password: canary.mailPassword,
    sender: 'mfa@example.org',
  });
  const hook = { url: 'https://siem.example.org/', types: [] };
  const keys = [{ keyId: 'k1', secret: canary.webhookSecret }];
  await viaRest('PUT', '/configuration/webhook/own', { ...hook, keys });
  const answer = await viaRest('PUT', '/configuration/webhook/ours', hook);
  const [secret] = Object.values((answer['made'] ?? {}) as Record<string, string>);
  made['webhookMade'] = secret ?? '';
};

const askApproval = async ({ canary, viaRest }: CanaryWorld): Promise<void> => {
  const { username, otherUsername, approvalText } = canary;
  await viaRest('PATCH', `/users/${username}`, { group: 'Deciders' });
  await viaRest('PUT', '/configuration/approvalPolicy/canary', {
    name: 'Canary',
    stages: [{ approvers: { kind: 'group', group: 'Deciders' } }],
  });
  const asked = await viaRest('POST', '/approvals', {
    requestor: otherUsername,
    subject: { kind: 'group', id: 'G1', name: 'Owners' },
    title: approvalText,
    details: [{ label: 'Why', value: approvalText }],
    justification: approvalText,
    policyId: 'canary',
  });
  const path = `/approvals/${String(asked['approvalId'])}`;
  const shown = await viaRest('GET', path);
  const decision = { approver: username, hash: shown['hash'], comment: approvalText };
  await viaRest('POST', `${path}/reject`, decision);
  await viaRest('POST', `${path}/reject`, { ...decision, hash: 'x' });
  await viaRest('POST', `${path}/reject`, { ...decision, comment: [approvalText] });
};
