import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import { soapActionOf, writePfPaWsRequest } from '../../../api/soap/pfPaWsCodec.ts';
import type { PfPaWsRequest } from '../../../api/soap/pfPaWsMessages.ts';
import { contextFor, envelope } from '../../../cli/authenticator/wire.ts';
import { activatePhone, postXml } from './appPhone.ts';
import type { CanaryWorld } from './canaryWorld.ts';

/** Canaries through the mobile service: an activation, a push, its answers, and what nobody asked for. */
export const drivePhone = async (world: CanaryWorld): Promise<void> => {
  const { server, home, canary, heard, made, viaRest } = world;
  const { username, clientIp } = canary;
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
  const application = 'Pushed';
  const pushed = {
    user: username,
    clientIp,
    application,
    method: 'app',
    expiresIn: 60,
    numberMatch: false,
  };
  await viaRest('POST', '/authentications', pushed);
  const push = await handset.push(application);
  made['proof'] = handset.proofFor(push);
  const viaPad = async (answer: ReturnType<typeof handset.approve>): Promise<void> => {
    const { status, headers, body } = await answer;
    heard.push({ door: 'pad', status, text: JSON.stringify(headers) + body });
    const permit = /<dosPreventer>([^<]+)</.exec(body)?.[1];
    if (permit !== undefined) made['permit'] = permit;
  };
  const fetching = writePadRequest({
    message: 'phoneAppAuthenticationRequest',
    ...envelope(),
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
};
