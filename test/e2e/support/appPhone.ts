import { mkdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { serviceUrls } from '../../../api/pad/activationLink.ts';
import { activate } from '../../../cli/authenticator/activate.ts';
import { readState, type Account } from '../../../cli/authenticator/state.ts';
import { transport } from '../../../cli/authenticator/transport.ts';
import { contextFor, envelope, pull, type Push } from '../../../cli/authenticator/wire.ts';
import { sha256 } from '../../../api/digest.ts';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import type { ServerProcess } from './serverProcess.ts';
import { until } from './until.ts';

const otp = otplibOtp();

export type PadAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** What a forger may change about an answer. */
export type Forged = {
  readonly guid?: string;
  readonly deviceToken?: string;
  readonly proof?: string;
  /** Value of the header that holds the token's hash; sent only where given. */
  readonly tokenHeader?: string;
  /** Loopback address to send from: limits count by address. */
  readonly from?: string;
  readonly requestId?: string;
};

/** A phone in this process, over the command-line authenticator's own codecs: cheap, and able to lie. */
export type AppPhone = {
  readonly account: Account;
  readonly tokenHash: string;
  /** What it was activated with. */
  readonly activation: { readonly url: string; readonly code: string };
  /** The open push of an application; waits for it. */
  push(application: string): Promise<Push>;
  proofFor(push: Push): string;
  approve(push: Push, forged?: Forged): Promise<PadAnswer>;
};

export const postXml = (
  { info }: ServerProcess,
  path: string,
  body: string,
  options: { readonly from?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<PadAnswer> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ ca: readFileSync(info.ca) });
    const sending = request(
      `${info.https}${path}`,
      {
        agent,
        method: 'POST',
        family: 4,
        ...(options.from === undefined ? {} : { localAddress: options.from }),
        headers: {
          'content-type': 'application/xml',
          'content-length': Buffer.byteLength(body),
          ...options.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          agent.destroy();
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sending.once('error', reject);
    sending.end(body);
  });

export type ActivateOptions = {
  readonly deviceName?: string;
  /** Told what the server answers to the phone during its activation. */
  readonly onAnswer?: (body: string) => void;
};

/** A phone of the published protocol: what ours adds to an activation is left out, so it answers without a key. */
const asOriginal = <Sent extends { readonly body?: string }>(sent: Sent): Sent =>
  sent.body === undefined
    ? sent
    : { ...sent, body: sent.body.replace(/<PublicKey>.*<\/TypesSixDigits>/, '') };

/** Activates a phone for a user that is there; `folder` is its memory. */
export const activatePhone = async (
  server: ServerProcess,
  folder: string,
  username: string,
  options: ActivateOptions = {},
): Promise<AppPhone> => {
  mkdirSync(folder, { recursive: true });
  const { deviceName, onAnswer } = options;
  const trusting = transport(readFileSync(server.info.ca, 'utf8'));
  const send: typeof trusting = async (sent) => {
    const received = await trusting(asOriginal(sent));
    onAnswer?.(received.body);
    return received;
  };
  const { url, code } = await server.rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${username}/activations`,
    {},
  );
  const phone = { folder, send, now: Date.now, sleep: (ms: number) => pause(ms) };
  await activate(phone, { code, ...serviceUrls(url, { insecure: false }) }, deviceName);
  const [account] = (await readState(folder)).accounts;
  if (account === undefined) throw new Error('the phone remembers no account');
  const proofFor = (push: Push): string =>
    account.oathSecret === undefined
      ? ''
      : otp.proofOf(account.oathSecret, push['oathCounter'] ?? '0');
  return {
    account,
    activation: { url, code },
    tokenHash: sha256(account.deviceToken),
    proofFor,
    push: (application) =>
      until(`the push of ${application}`, async () =>
        (await pull(send, account, 0)).find((push) => push['applicationName'] === application),
      ),
    approve(push, forged = {}) {
      const { guid = push['guid'] ?? '', deviceToken = account.deviceToken } = forged;
      const { requestId = envelope().requestId, proof = proofFor(push) } = forged;
      const body = writePadRequest({
        message: 'phoneAppAuthenticationResultRequest',
        ...envelope(),
        requestId,
        context: contextFor(guid, deviceToken, proof),
        authenticationResult: 1,
      });
      const { tokenHeader, from } = forged;
      return postXml(server, '/pa/pad', body, {
        ...(from === undefined ? {} : { from }),
        ...(tokenHeader === undefined ? {} : { headers: { 'x-ms-mac-device-token': tokenHeader } }),
      });
    },
  };
};
